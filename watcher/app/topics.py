"""The topics as the doors see them: listed with cost and yield, suggested for, compared."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.app.core import App
from watcher.clock import utc_now
from watcher.errors import WatcherError
from watcher.models import Evidence, Item, LoggedMatch, Severity, State, Topic
from watcher.nodes import Group, Node, Or, Term, parts_of
from watcher.store import MatchFilter
from watcher.text.tokens import split

if TYPE_CHECKING:
    from watcher.rematch import Change
    from watcher.watchlist.suggest import Spelling

NEIGHBOURS = 20
"""How many neighbours of a name are suggested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A topic: what a look at it costs, and what came of it so far."""

    id: str
    severity: Severity
    title: str
    cost: float | str
    """The share of items that it is held against, or that it is every item."""
    new: int
    kept: int
    dismissed: int


EARLIER = "(earlier versions)"
"""Stands in for the clauses of matches for which no clause of today holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermYield:
    """How the matches of a clause that a term brought were judged."""

    term: str
    matches: int
    kept: int
    dismissed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseYield:
    """How the matches were judged for which a clause held: an entry of `match`, or `EARLIER`."""

    clause: str
    matches: int
    kept: int
    dismissed: int
    terms: tuple[TermYield, ...]


_ITEMS_THAT_TELL = 500
"""From so many of the latest items it is told how often a topic has to be looked at."""


def topic_rows(app: App) -> list[TopicRow]:
    """List the topics of the configured watchlists."""
    from watcher.match import Matcher  # noqa: PLC0415

    topics = app.watchlist().topics
    matcher = Matcher(topics)
    judged: Counter[tuple[str, State]] = Counter()
    if app.database.exists():
        with app.reader() as store:
            judged.update(store.count_judged())
            for item in store.latest_items(limit=_ITEMS_THAT_TELL):
                matcher.match(item)
    return [
        TopicRow(
            id=topic.id,
            severity=topic.severity,
            title=topic.title,
            cost=matcher.cost(topic.id),
            **{state: judged[topic.id, state] for state in State},
        )
        for topic in topics
    ]


def clause_yields(app: App, topic: Topic) -> list[ClauseYield]:
    """Tell which clauses led to kept and which to dismissed matches, the most frequent first.

    A clause counts where it holds, its terms where they are. Of matches that hold no more, those
    that were judged count.
    """
    if not app.database.exists():
        return []
    clauses = _Clauses(topic)
    judged: dict[str, Counter[State]] = {}
    terms: dict[str, dict[str, Counter[State]]] = {}
    with app.reader() as store:
        for match in store.matches(MatchFilter(topics=(topic.id,), superseded=True)):
            if match.superseded_at is not None and match.state is State.NEW:
                continue
            for clause, found in clauses.of(match).items():
                judged.setdefault(clause, Counter())[match.state] += 1
                its = terms.setdefault(clause, {})
                for term in found:
                    its.setdefault(term, Counter())[match.state] += 1
    rows = [
        ClauseYield(clause=clause, terms=_term_yields(terms[clause]), **_counts(states))
        for clause, states in judged.items()
    ]
    return sorted(rows, key=lambda row: (row.clause == EARLIER, -row.matches, row.clause))


def _term_yields(judged: Mapping[str, Counter[State]]) -> tuple[TermYield, ...]:
    rows = [TermYield(term=term, **_counts(states)) for term, states in judged.items()]
    return tuple(sorted(rows, key=lambda row: (-row.matches, row.term)))


class _Clauses:
    """The clauses of a topic, any of which makes a match."""

    def __init__(self, topic: Topic) -> None:
        from watcher.check import alternatives  # noqa: PLC0415
        from watcher.match import Matcher  # noqa: PLC0415
        from watcher.query.write import write  # noqa: PLC0415

        self._matcher = Matcher(
            replace(topic, id=write(node), query=node, unless=None)
            for node in alternatives(topic.query)
        )

    def of(self, match: LoggedMatch) -> dict[str, set[str]]:
        """Tell which clauses hold for a match, and which terms of each are there."""
        held = {
            clause.topic: {place.term for place in clause.evidence}
            for clause in self._matcher.match(match.item)
        }
        return held or {EARLIER: {place.term for place in match.evidence}}


def _counts(states: Counter[State]) -> dict[str, int]:
    return {
        "matches": states.total(),
        "kept": states[State.KEPT],
        "dismissed": states[State.DISMISSED],
    }


def suggestions(app: App, name: str | None, *, country: str | None) -> "list[Spelling]":
    """List spellings of a name and its neighbours in stored items, or a country's names.

    Raises:
        WatcherError: There is no such country.
    """
    from watcher.watchlist.suggest import country_names, spellings  # noqa: PLC0415

    found = spellings(name) + _neighbours(app, name) if name else []
    if country is None:
        return found
    languages = sorted({code for topic in app.watchlist().topics for code in topic.languages})
    try:
        return found + country_names(country, languages)
    except ValueError as error:
        raise WatcherError(str(error)) from error


def _neighbours(app: App, name: str) -> "list[Spelling]":
    from watcher.watchlist.suggest import Spelling, neighbours  # noqa: PLC0415

    if not (app.database.exists() and split(name)):
        return []
    known = _Known(name, app.watchlist().topics)
    with app.reader() as store:
        items = (item for chunk in store.items() for item in chunk)
        return [
            Spelling(text=row.text, language="", system=f"beside it in {row.items} stored items")
            for row in neighbours(items, find=known.places, knows=known.has, limit=NEIGHBOURS)
        ]


class _Known:
    """A name in all its forms, and the words of the topics that have it."""

    def __init__(self, name: str, topics: Sequence[Topic]) -> None:
        from watcher.match import Matcher  # noqa: PLC0415

        languages = tuple(sorted({code for topic in topics for code in topic.languages}))
        itself = Topic(
            id=_ITSELF,
            query=Term(name, name=True),
            fields=("title", "summary"),
            languages=languages,
        )
        self._name = Matcher([itself])
        self._words = Matcher(
            replace(topic, query=Or(tuple(words)), unless=None, fields=("title",))
            for topic in (itself, *topics)
            if (words := dict.fromkeys(_words_of(topic)))
        )
        self._topics = {match.topic for match in self._words.match(Item(title=name))}

    def places(self, item: Item) -> tuple[Evidence, ...]:
        """Tell where the name is in an item."""
        return tuple(place for match in self._name.match(item) for place in match.evidence)

    def has(self, word: str) -> bool:
        """Tell whether a word is the name's, or one of a topic that has the name."""
        return any(match.topic in self._topics for match in self._words.match(Item(title=word)))


_ITSELF = ""


def _words_of(topic: Topic) -> Iterator[Term]:
    """List the words of all terms of a topic, one by one."""
    nodes: list[Node] = [topic.query, *([topic.unless] if topic.unless else [])]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Term):
            words = (word for word in node.text.split() if split(word))
            yield from (replace(node, text=word, slop=0) for word in words)
        nodes += (node.part,) if isinstance(node, Group) else parts_of(node)


def edited_topics(app: App, file: Path | None) -> tuple[Topic, ...]:
    """Load the configured watchlists, with one file in place of its namesake among them.

    A file of another name stands alone, or beside those it refers to.

    Raises:
        ConfigError: With every mistake in them.
        WatcherError: There is no watchlist.
    """
    configured = app.watchlist_files()
    if file is None:
        if not configured:
            raise WatcherError("the settings name no watchlist that is there")
        return app.watchlist(configured).topics
    beside = [other for other in configured if other.name != file.name]
    topics = app.watchlist([*beside, file]).topics
    if len(beside) < len(configured):
        return topics
    whole = file.resolve()
    return tuple(topic for topic in topics if Path(topic.place.file).resolve() == whole)


def gone_topics(app: App, topics: Sequence[Topic], file: Path | None) -> list[str]:
    """Name the topics of the log that edited watchlists have no more; a file alone says nothing."""
    if file is not None and file.name not in {each.name for each in app.watchlist_files()}:
        return []
    with app.reader() as store:
        return sorted(store.topic_ids() - {topic.id for topic in topics})


def changes(
    app: App, topics: Sequence[Topic], *, since: datetime | None
) -> "Iterator[tuple[int, list[Change]]]":
    """Tell what these topics would gain and lose over the stored items, chunk by chunk.

    Each chunk comes with the number of its items; topics that mean what the log's mean change
    nothing.
    """
    from watcher.rematch import diff  # noqa: PLC0415

    with app.reader() as store:
        yield from diff(store, topics, store.items(since=since))


def rematch(app: App, topic: Topic, *, since: datetime | None) -> None:
    """Match a topic again over the stored items."""
    from watcher.rematch import Backfill  # noqa: PLC0415

    with app.writer() as store:
        store.start_rematch(topic, since=since)
        work = Backfill(store=store, clock=utc_now)
        while work.step({topic.id: topic}):
            pass
