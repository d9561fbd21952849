"""Where each key of the settings was said: in the file, or in the environment."""

from collections.abc import Mapping
from dataclasses import replace

from watcher.errors import Problem

Loc = tuple[str | int, ...]
"""The path of a value: `("feed", 0, "url")`."""
Places = Mapping[Loc, Problem]
"""A problem without its why, for each key."""


def problem_at(loc: Loc, why: str, places: Places) -> Problem:
    """Name a mistake at the key it is about: itself, else the nearest around it, else inside."""
    place = _place(loc, places)
    path = place.path if place.file == "environment" else path_text(loc)
    return replace(place, path=path, why=why)


def _place(loc: Loc, places: Places) -> Problem:
    for length in range(len(loc), 0, -1):
        if loc[:length] in places:
            return places[loc[:length]]
    return next(place for path, place in places.items() if path[: len(loc)] == loc)


def path_text(path: Loc) -> str:
    """Write a path as `feed[0].url`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(
        "."
    )
