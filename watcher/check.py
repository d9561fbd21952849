"""Settings, catalogues, watchlists → every mistake; the watchlists' own tests."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from watcher.catalogue import read_catalogues
from watcher.errors import ConfigError, Problem, did_you_mean
from watcher.match import Matcher, explain
from watcher.models import Item, Topic
from watcher.safe import safe_text
from watcher.watchlist import Watchlist, lint, load


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


def check(
    *,
    watchlists: Sequence[Path],
    catalogues: Sequence[Path] = (),
    channels: Collection[str] | None = None,
    problems: Sequence[Problem] = (),
) -> Report:
    """Look for every mistake in the files at once, and run the tests of the topics.

    `channels` are the names that topics may notify; `None`: any. `problems` are mistakes found
    before, such as those of the settings; they are told first.
    """
    mistakes = list(problems)
    try:
        listed = read_catalogues(catalogues)
    except ConfigError as error:
        mistakes += error.problems
        feeds = 0
    else:
        mistakes += listed.left_out
        feeds = len(listed.subscriptions)
    try:
        watchlist = load(watchlists)
    except ConfigError as error:
        return Report(problems=(*mistakes, *error.problems), feeds=feeds)
    mistakes += _unknown_channels(watchlist, channels)
    return Report(
        problems=tuple(mistakes),
        warnings=tuple(lint(watchlist)),
        failed_tests=tuple(failed_tests(watchlist.topics)),
        feeds=feeds,
        topics=len(watchlist.topics),
        tests=sum(len(topic.tests.match + topic.tests.ignore) for topic in watchlist.topics),
    )


def failed_tests(topics: Sequence[Topic]) -> Iterator[FailedTest]:
    """Run the tests of topics; each failure comes with its explanation."""
    tested = [topic for topic in topics if topic.tests.match or topic.tests.ignore]
    matcher = Matcher(tested)
    for topic in tested:
        for item in topic.tests.match:
            if not _matches(matcher, topic, item):
                yield _failed(topic, "match", item)
        for item in topic.tests.ignore:
            if _matches(matcher, topic, item):
                yield _failed(topic, "ignore", item)


def _matches(matcher: Matcher, topic: Topic, item: Item) -> bool:
    return any(match.topic == topic.id for match in matcher.match(item))


def _failed(topic: Topic, kind: Literal["match", "ignore"], item: Item) -> FailedTest:
    return FailedTest(
        topic=topic.id,
        kind=kind,
        place=str(item.id),
        text=item.title or item.summary or item.content,
        explanation=explain(topic, item).to_text(),
    )


def _unknown_channels(watchlist: Watchlist, channels: Collection[str] | None) -> Iterator[Problem]:
    for text in watchlist.channels:
        if channels is not None and text.value not in channels:
            hint = did_you_mean(text.value, channels)
            yield text.problem(f"the settings have no channel {text.value!r}{hint}")
