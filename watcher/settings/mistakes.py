"""Mistakes in settings: pydantic's findings in our words, at the keys they are about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import ErrorDetails

from watcher.errors import Problem, did_you_mean
from watcher.settings.keys import Loc, problem_at
from watcher.settings.model import Settings
from watcher.settings.secret import Channel, FeedSettings
from watcher.settings.sections import Fetch, Poll, Retention, Section, Watcher, Web

_WHYS = {
    "missing": "is missing",
    "model_type": "must be a table",
    "string_pattern_mismatch": "a channel's name is of lower-case letters, digits, '-' and '_'",
}
_WORDS = (
    ("Input should", "must"),
    ("be greater than or equal to", "be at least"),
    ("be greater than", "be a number above"),
    ("be less than or equal to", "be at most"),
    ("a valid dictionary", "a table"),
    ("a valid tuple", "a list"),
    ("a valid list", "a list"),
    ("a valid frozenset", "a list"),
    ("a valid", "a"),
    ("string", "text"),
)
_TABLES: dict[str, type[Section]] = {
    "watcher": Watcher,
    "poll": Poll,
    "fetch": Fetch,
    "web": Web,
    "notify": Channel,
    "retention": Retention,
    "feed": FeedSettings,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Values as read, and where each key of them was said."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[Loc, Problem] = field(default_factory=dict)


def plain_loc(error: ErrorDetails) -> Loc:
    """Tell the path that an error is about; pydantic marks keys of tables in it."""
    return tuple(part for part in error["loc"] if part != "[key]")


def problem_of(error: ErrorDetails, raw: Raw) -> Problem:
    """Name a mistake at the key it is about."""
    loc = plain_loc(error)
    return problem_at(loc, _why(error, loc), raw.places)


def _why(error: ErrorDetails, loc: Loc) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "is not a setting" + did_you_mean(str(loc[-1]), _known(loc[:-1]))
    if kind in _WHYS:
        return _WHYS[kind]
    if kind == "value_error":
        why = str(error["ctx"]["error"])
        return why + _it_is(error["input"], loc) if why.startswith("must be a ") else why
    if kind == "literal_error":
        choices = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        wrong = str(error["input"])
        return f"{wrong!r} is not one of {', '.join(choices)}{did_you_mean(wrong, choices)}"
    return _must(error["msg"]) + _it_is(error["input"], loc)


def _must(message: str) -> str:
    """Put a message of pydantic's into our words."""
    for theirs, ours in _WORDS:
        message = message.replace(theirs, ours)
    return message


def _it_is(value: object, loc: Loc) -> str:
    """Show the wrong value, unless it may be a secret."""
    if loc[0] == "notify" or {"token", "headers", "auth", "proxy"} & set(loc):
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return f"; it is {value!r}"


def _known(loc: Loc) -> list[str]:
    """Name the keys of the table at a path."""
    return list(_TABLES[str(loc[0])].model_fields if loc else Settings.model_fields)


def twice(raw: Raw) -> Iterator[Problem]:
    """Tell of each feed that has options already."""
    feeds = raw.values.get("feed")
    first: dict[str, int] = {}
    for number, feed in enumerate(feeds if isinstance(feeds, list) else ()):
        url = feed.get("url") if isinstance(feed, dict) else None
        if isinstance(url, str) and first.setdefault(url, number) != number:
            other = problem_at(("feed", first[url], "url"), "", raw.places)
            why = f"has its options already at line {other.line}"
            yield problem_at(("feed", number, "url"), why, raw.places)


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Sort mistakes as they stand in the file."""
    return sorted(problems, key=lambda each: (each.file, each.line, each.column, each.path))
