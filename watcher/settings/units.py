"""Durations (`2s`, `5m`, `24h`, `14d`) and sizes (`15MiB`) as settings write them."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = {"": 1, "B": 1, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3}
_BYTES |= {"KB": 1000, "MB": 1000**2, "GB": 1000**3}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?([smhdw])", re.ASCII)
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?([KMG]i?B|B?)", re.ASCII | re.IGNORECASE)
_LONGEST = timedelta(days=36500)


def parse_duration(value: object) -> timedelta:
    """Read a duration such as `90s`, `1.5h`, `14d`; at most a hundred years.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('must be a duration such as "2s", "5m", "24h", "14d"')
    seconds = float(match[1]) * _SECONDS[match[2]]
    if seconds > _LONGEST.total_seconds():
        raise ValueError("must be a duration of at most a hundred years")
    return timedelta(seconds=seconds)


def duration_text(duration: timedelta) -> str:
    """Write a duration in the largest unit that divides it."""
    seconds = duration.total_seconds()
    for unit in "dhm":
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{seconds:f}".rstrip("0").rstrip(".") + "s"


def parse_size(value: object) -> int:
    """Read a size in bytes: a whole number, or such as `512KiB`, `15MiB`, `1GB`.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('must be a size such as "512KiB", "15MiB", "1GiB", or a number of bytes')
    return int(float(match[1]) * _BYTES[match[2].upper()])


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)? ?[smhdw]$"}),
]

Size = Annotated[
    int,
    BeforeValidator(parse_size),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\d+(\.\d+)? ?([KMG]i?B|B)?$"},
                {"type": "integer"},
            ]
        }
    ),
]
