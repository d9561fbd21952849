"""Every failure with a name; the message of each is fit for the user."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path


class WatcherError(Exception):
    """A failure told to the user in plain words: what, where, what to do."""

    exit_code = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a file of the user's; line and column from 1 (0: the file as a whole)."""

    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    why: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.path}: {self.why}" if self.path else f"{place}: {self.why}"


class ConfigError(WatcherError):
    """Settings, a catalogue or a watchlist cannot be used; carries every mistake found."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def file_name(path: Path) -> str:
    """Name a file as its user would: from the current folder, when it lies in there."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the known word nearest to a mistaken one, as ` (did you mean …?)`; else nothing."""
    nearest = get_close_matches(word, list(known), n=1)
    return f" (did you mean {nearest[0]}?)" if nearest else ""


class StoreError(WatcherError):
    """The database cannot be opened, is damaged, or was made by a newer version."""


class StoreBusy(StoreError):  # noqa: N818 - the state it tells of
    """Another program writes to the database, and has for as long as we wait."""


class AlreadyRunning(WatcherError):  # noqa: N818 - the state it tells of
    """Another daemon holds this database."""

    exit_code = 3


class FeedError(WatcherError):
    """One feed's trouble: counted on the feed, it never stops the round.

    `kind` is one of the error kinds that `feed_health` shows, such as `timeout` or `not_a_feed`.
    """

    def __init__(self, kind: str, why: str) -> None:
        self.kind = kind
        super().__init__(why)


class FetchError(FeedError):
    """No document came.

    `retry_after` is what the server demanded, at most a day; `status` the HTTP status when there
    was one; `host` whose answer it was, after redirects, when it came to an answer.
    """

    host = ""

    def __init__(
        self,
        kind: str,
        why: str,
        *,
        retry_after: timedelta | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(kind, why)
        self.retry_after = retry_after
        self.status = status


class ParseError(FeedError):
    """A document came, but no feed."""


class NotifyError(WatcherError):
    """One channel's trouble; its deliveries stay queued."""
