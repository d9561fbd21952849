"""Read the settings of file, environment and command line; tell every mistake in them."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from watcher.errors import ConfigError, Problem, did_you_mean, file_name
from watcher.settings.model import Settings
from watcher.settings.secret import Channel, FeedSettings, Surroundings
from watcher.settings.sections import Fetch, Poll, Retention, Section, Watcher, Web
from watcher.settings.toml_places import key_places

FILE_NAME = "watcher.toml"
MAX_BYTES = 1_000_000

Loc = tuple[str | int, ...]

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
class _Raw:
    """Values as read, and where each key of them was said."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[Loc, Problem] = field(default_factory=dict)
    """A problem without its why, for each key."""


def load_settings(
    *, config: Path | None, data: Path | None, environ: Mapping[str, str], cwd: Path
) -> Settings:
    """Read the settings: flag before environment before file before default.

    `config` (else `WATCHER_CONFIG`) names the file, else it is `watcher.toml` in `cwd`, else in
    the user's configuration folder, else there is none. `data` is the folder of the database.

    Raises:
        ConfigError: With every mistake, at the line and column of its key.
    """
    file = _find_file(config, environ, cwd)
    raw = _read_file(file) if file else _Raw()
    problems = list(_overlay_environment(raw, environ))
    folder = data or (Path(environ["WATCHER_DATA"]) if environ.get("WATCHER_DATA") else None)
    if folder is not None and isinstance(raw.values.setdefault("watcher", {}), dict):
        raw.values["watcher"]["data"] = str(cwd / folder)
    around = Surroundings(base_dir=file.parent if file else cwd, file=file, environ=environ)
    try:
        settings = Settings.model_validate(raw.values, context=around)
    except ValidationError as error:
        problems += [_problem(each, raw) for each in error.errors(include_url=False)]
        raise ConfigError(_in_order(problems)) from None
    problems += _twice(settings.feed, raw)
    if problems:
        raise ConfigError(_in_order(problems))
    return settings


def _find_file(config: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    named = config or (Path(environ["WATCHER_CONFIG"]) if environ.get("WATCHER_CONFIG") else None)
    if named is not None:
        return cwd / named.expanduser()
    usual = (cwd / FILE_NAME, platformdirs.user_config_path("watcher") / FILE_NAME)
    return next((path for path in usual if path.is_file()), None)


def _read_file(file: Path) -> _Raw:
    name = file_name(file)
    try:
        with file.open("rb") as opened:
            body = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise _whole_file(name, f"cannot be read: {error.strerror}") from error
    if len(body) > MAX_BYTES:
        raise _whole_file(name, f"is larger than {MAX_BYTES} bytes")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise _whole_file(name, "is not UTF-8", line=line, column=1) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(name, text, str(error)) from error
    except RecursionError as error:
        raise _whole_file(name, "not TOML: nested too deep") from error
    places = {
        path: Problem(file=name, line=line, column=column, path=_path_text(path), why="")
        for path, (line, column) in key_places(text).items()
    }
    return _Raw(values=values, places=places)


def _whole_file(name: str, why: str, *, line: int = 0, column: int = 0) -> ConfigError:
    return ConfigError([Problem(file=name, line=line, column=column, why=why)])


def _syntax(name: str, text: str, message: str) -> ConfigError:
    """Tell a mistake of TOML itself; its place is only in the message before Python 3.14."""
    at = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    lines = text.split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    if at and at[1]:
        line, column = int(at[1]), int(at[2])
    why = message[: at.start()] if at else message
    return _whole_file(name, f"not TOML: {why}", line=line, column=column)


# The environment


def _overlay_environment(raw: _Raw, environ: Mapping[str, str]) -> Iterator[Problem]:
    for name in sorted(environ):
        if not name.startswith("WATCHER_") or "__" not in name:
            continue
        path = tuple(name.removeprefix("WATCHER_").lower().split("__"))
        raw.places[path] = Problem(file="environment", path=name, why="")
        if not _put(raw.values, path, _value(environ[name])):
            yield Problem(file="environment", path=name, why="does not name a setting")


def _value(text: str) -> Any:
    """Read lists and tables as JSON; pydantic reads numbers and truths out of texts."""
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _put(values: dict[str, Any], path: Sequence[str], value: object) -> bool:
    for name in path[:-1]:
        inner = values.setdefault(name, {})
        if not isinstance(inner, dict):
            return False
        values = inner
    values[path[-1]] = value
    return True


# Mistakes


def _problem(error: ErrorDetails, raw: _Raw) -> Problem:
    loc = tuple(part for part in error["loc"] if part != "[key]")
    place = _place(loc, raw)
    path = place.path if place.file == "environment" else _path_text(loc)
    return Problem(
        file=place.file, line=place.line, column=place.column, path=path, why=_why(error, loc)
    )


def _place(loc: Loc, raw: _Raw) -> Problem:
    """Find the key that a mistake is about: itself, else the nearest around it, else inside."""
    for length in range(len(loc), 0, -1):
        if loc[:length] in raw.places:
            return raw.places[loc[:length]]
    return next(place for path, place in raw.places.items() if path[: len(loc)] == loc)


def _path_text(path: Loc) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(
        "."
    )


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


def _twice(feeds: Sequence[FeedSettings], raw: _Raw) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, feed in enumerate(feeds):
        if first.setdefault(feed.url, number) != number:
            place = _place(("feed", number, "url"), raw)
            other = _place(("feed", first[feed.url], "url"), raw)
            yield Problem(
                file=place.file,
                line=place.line,
                column=place.column,
                path=place.path,
                why=f"has its options already at line {other.line}",
            )


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda each: (each.file, each.line, each.column, each.path))
