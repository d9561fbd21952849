"""The topics as the doors see them: listed with cost and yield, suggested for, compared."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.app.core import App
from watcher.models import Severity, State, Topic
from watcher.store import MatchFilter

if TYPE_CHECKING:
    from watcher.check import Report
    from watcher.rematch import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A topic: what a look at it costs, and what came of it so far."""

    id: str
    severity: Severity
    title: str
    cost: str
    new: int
    kept: int
    dismissed: int

    def to_json(self) -> dict[str, Any]:
        """Give the row as JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermYield:
    """How the matches that a term brought were judged."""

    term: str
    matches: int
    kept: int
    dismissed: int


def check(app: App, files: Sequence[Path], *, reach_since: datetime | None = None) -> "Report":
    """Check the files given, else settings, catalogues and watchlists of the configuration."""
    raise NotImplementedError


def topic_rows(app: App) -> list[TopicRow]:
    """List the topics of the configured watchlists."""
    watch = app.watch()
    judged = _judged(app)
    return [
        TopicRow(
            id=topic.id,
            severity=topic.severity,
            title=topic.title,
            cost=watch.matcher.cost(topic.id),
            **{state: judged[topic.id, state] for state in State},
        )
        for topic in watch.topics.values()
    ]


def _judged(app: App) -> Counter[tuple[str, State]]:
    """Count matches by topic and state; none when there is no database yet."""
    if not app.database.exists():
        return Counter()
    with app.reader() as store:
        return Counter((match.topic, match.state) for match in store.matches(MatchFilter()))


def term_yields(app: App, topic: Topic) -> list[TermYield]:
    """Tell which terms led to kept and which to dismissed matches, the most frequent first."""
    if not app.database.exists():
        return []
    counts: dict[str, Counter[State]] = {}
    with app.reader() as store:
        for match in store.matches(MatchFilter(topics=(topic.id,))):
            for term in {place.term for place in match.evidence}:
                counts.setdefault(term, Counter())[match.state] += 1
    rows = [
        TermYield(
            term=term,
            matches=states.total(),
            kept=states[State.KEPT],
            dismissed=states[State.DISMISSED],
        )
        for term, states in counts.items()
    ]
    return sorted(rows, key=lambda row: (-row.matches, row.term))


def changes(app: App, files: Sequence[Path], *, since: datetime | None) -> "Iterator[Change]":
    """Tell what watchlists as they are on disk would gain and lose over the stored items.

    Compared is with the topics in force, as the log's versions name them.
    """
    raise NotImplementedError
