"""How values lie in columns: moments, durations, statistics, hints, evidence."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import overload

from pydantic_core import from_json, to_json

from watcher.clock import moment_text
from watcher.models import Evidence, Hints, PollStats

_STATS = tuple(field.name for field in fields(PollStats))
_MOMENTS = ("observed_at", "planned_at", "news_at")


@overload
def moment(text: str) -> datetime: ...
@overload
def moment(text: str | None) -> datetime | None: ...
def moment(text: str | None) -> datetime | None:
    """Read what `moment_text` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def stats_text(stats: PollStats) -> str:
    """Write statistics as a JSON object, one key for each field."""
    values = {name: getattr(stats, name) for name in _STATS}
    return _json(values | {name: moment_text(values[name]) for name in _MOMENTS})


def stats(text: str | None) -> PollStats:
    """Read what `stats_text` wrote; nothing is what a new feed has."""
    if not text:
        return PollStats()
    values = from_json(text)
    values |= {name: moment(values.get(name)) for name in _MOMENTS}
    for name in ("hours", "weekdays", "slots"):
        values[name] = tuple(values[name])
    return PollStats(**values)


def hints_text(hints: Hints) -> str:
    """Write hints as a JSON object, durations in seconds; no hints are the empty text."""
    if hints == Hints():
        return ""
    return _json(
        {
            "max_age": _seconds(hints.max_age),
            "ttl": _seconds(hints.ttl),
            "update_period": _seconds(hints.update_period),
            "update_base": moment_text(hints.update_base),
            "skip_hours": sorted(hints.skip_hours),
            "skip_days": sorted(hints.skip_days),
        }
    )


def hints(text: str) -> Hints:
    """Read what `hints_text` wrote."""
    if not text:
        return Hints()
    values = from_json(text)
    return Hints(
        max_age=_duration(values["max_age"]),
        ttl=_duration(values["ttl"]),
        update_period=_duration(values["update_period"]),
        update_base=moment(values.get("update_base")),
        skip_hours=frozenset(values["skip_hours"]),
        skip_days=frozenset(values["skip_days"]),
    )


def evidence_text(evidence: Iterable[Evidence]) -> str:
    """Write evidence as a JSON list of objects."""
    return _json([place._asdict() for place in evidence])


def evidence(text: str) -> tuple[Evidence, ...]:
    """Read what `evidence_text` wrote."""
    return tuple(Evidence(**place) for place in from_json(text))


def tags_text(tags: Iterable[str]) -> str:
    """Write tags as a JSON list; no tags are the empty text."""
    tags = list(tags)
    return _json(tags) if tags else ""


def tags(text: str) -> tuple[str, ...]:
    """Read what `tags_text` wrote."""
    return tuple(from_json(text)) if text else ()


def _json(values: object) -> str:
    """Write JSON; each poll does, and `json` takes several times as long."""
    return to_json(values).decode()


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def _duration(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
