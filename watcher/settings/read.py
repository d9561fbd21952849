"""Read the settings of file, environment and command line; tell every mistake in them."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from watcher.errors import ConfigError, Problem, file_name
from watcher.settings.keys import Loc, path_text
from watcher.settings.mistakes import Raw, in_order, plain_loc, problem_of, twice
from watcher.settings.model import Settings
from watcher.settings.secret import Surroundings
from watcher.settings.toml_places import key_places

FILE_NAME = "watcher.toml"
MAX_BYTES = 1_000_000

ROUNDS = 5
"""How often wrong keys are taken out before all are."""


def load_settings(
    *, config: Path | None, data: Path | None, environ: Mapping[str, str], cwd: Path
) -> Settings:
    """Read the settings: flag before environment before file before default.

    `config` (else `WATCHER_CONFIG`) names the file, else it is `watcher.toml` in `cwd`, else in
    the user's configuration folder, else there is none. `data` is the folder of the database.

    Raises:
        ConfigError: With every mistake, at the line and column of its key.
    """
    settings, problems = read_settings(config=config, data=data, environ=environ, cwd=cwd)
    if problems:
        raise ConfigError(problems)
    return settings


def read_settings(
    *, config: Path | None, data: Path | None, environ: Mapping[str, str], cwd: Path
) -> tuple[Settings, list[Problem]]:
    """Read the settings like `load_settings`; what is wrong counts as absent, and is told."""
    file = _find_file(config, environ, cwd)
    raw = Raw()
    problems: list[Problem] = []
    try:
        raw = _read_file(file) if file else raw
    except ConfigError as error:
        problems += error.problems
    problems += _overlay_environment(raw, environ)
    folder = data or (Path(environ["WATCHER_DATA"]) if environ.get("WATCHER_DATA") else None)
    if folder is not None and isinstance(raw.values.setdefault("watcher", {}), dict):
        raw.values["watcher"]["data"] = str(cwd / folder)
        raw.places["watcher", "data"] = Problem(
            file="environment", path="--data" if data else "WATCHER_DATA", why=""
        )
    around = Surroundings(
        base_dir=file.parent if file else cwd, file=file, environ=environ, places=raw.places
    )
    problems += twice(raw)
    settings, wrong = _validated(raw, around)
    problems += [problem_of(each, raw) for each in wrong]
    return settings, in_order(problems)


def _validated(raw: Raw, around: Surroundings) -> tuple[Settings, list[ErrorDetails]]:
    """Validate, without the keys that are wrong; a key may become wrong without another."""
    first: list[ErrorDetails] = []
    for _ in range(ROUNDS):
        try:
            return Settings.model_validate(raw.values, context=around), first
        except ValidationError as error:
            wrong = error.errors(include_url=False)
        first = first or wrong
        for loc in sorted(map(plain_loc, wrong), key=_last_member_last, reverse=True):
            _take_out(raw.values, loc)
    return Settings.model_validate({}, context=around), first


def _last_member_last(loc: Loc) -> list[str]:
    """Sort so that taking out from the end moves no member of a list that is still to come."""
    return [f"{step:09}" if isinstance(step, int) else step for step in loc]


def _take_out(values: Any, loc: Loc) -> None:
    """Take out the value at a path; where there is none, what it is missing in."""
    *way, last = loc
    inner = values
    for step in way:
        inner = inner[step] if _has(inner, step) else None
    if _has(inner, last):
        del inner[last]
    elif way:
        _take_out(values, tuple(way))


def _has(values: Any, step: str | int) -> bool:
    if isinstance(values, list):
        return isinstance(step, int) and step < len(values)
    return isinstance(values, dict) and step in values


def _find_file(config: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    named = config or (Path(environ["WATCHER_CONFIG"]) if environ.get("WATCHER_CONFIG") else None)
    if named is not None:
        return cwd / named.expanduser()
    usual = (cwd / FILE_NAME, platformdirs.user_config_path("watcher") / FILE_NAME)
    return next((path for path in usual if path.is_file()), None)


def _read_file(file: Path) -> Raw:
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
        path: Problem(file=name, line=line, column=column, path=path_text(path), why="")
        for path, (line, column) in key_places(text).items()
    }
    return Raw(values=values, places=places)


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


def _overlay_environment(raw: Raw, environ: Mapping[str, str]) -> Iterator[Problem]:
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
