"""What a check found, for a terminal and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from watcher.errors import Problem
from watcher.safe import safe_text


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTest:
    """An item that a topic should match and does not, or should ignore and does not."""

    topic: str
    kind: Literal["match", "ignore"]
    place: str
    """The line of the test, as file:line:column."""
    text: str
    explanation: str

    def to_text(self) -> str:
        """Tell what failed, and why."""
        wish = "should match" if self.kind == "match" else "should be ignored"
        lines = [f"{self.place}: {self.topic}: {wish}: {self.text}"]
        lines += [f"    {line}" for line in self.explanation.splitlines()]
        return "\n".join(map(safe_text, lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is wrong, what is suspicious, and which tests failed."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    failed_tests: tuple[FailedTest, ...] = ()
    feeds: int = 0
    topics: int = 0
    tests: int = 0

    @property
    def exit_code(self) -> int:
        """2 for mistakes, 1 if only tests failed, 0 if all is well."""
        if self.problems:
            return 2
        return 1 if self.failed_tests else 0

    def to_text(self) -> str:
        """Tell everything, a line each, with a sum at the end."""
        lines = [safe_text(str(problem)) for problem in self.problems]
        lines += [safe_text(f"warning: {warning}") for warning in self.warnings]
        lines += [failed.to_text() for failed in self.failed_tests]
        return "\n".join([*lines, self._sum()])

    def to_json(self) -> dict[str, Any]:
        """Give the report as JSON can hold it."""
        return {**asdict(self), "exit_code": self.exit_code}

    def _sum(self) -> str:
        looked_at = f"{self.feeds} feeds, {self.topics} topics, {self.tests} tests"
        return (
            f"{looked_at}: {len(self.problems)} mistakes, {len(self.warnings)} warnings, "
            f"{len(self.failed_tests)} tests failed"
        )
