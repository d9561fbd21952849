"""What a watchlist meets among stored items: topics, clauses, terms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten

from watcher.check.deciding import ENOUGH, Deciding
from watcher.match import Matcher
from watcher.models import Item, Match, Topic
from watcher.nodes import FIELDS, And, Field, Node, Not, Or, Term, parts_of
from watcher.query.write import write
from watcher.watchlist import Watchlist

SHOWN = 20
LONGEST = 80
"""Characters of a clause that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseReach:
    """A clause of a topic, and how many items it met; of a NOT, how many what it refuses met."""

    text: str
    items: int
    kept_out: int | None = None
    """How many items that would have matched a NOT or an `unless` kept out."""

    def to_text(self) -> str:
        """Tell it in a line."""
        told = f"{self.items:6} {shorten(self.text, LONGEST, placeholder=' …')}"
        return told if self.kept_out is None else f"{told} (kept out {self.kept_out})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicReach:
    """What one topic met. `deciding` and `implied` are told in words."""

    topic: str
    items: int
    per_day: float
    clauses: tuple[ClauseReach, ...]
    deciding: tuple[str, ...] = ()
    """Terms without which most of the matches would not be."""
    implied: tuple[str, ...] = ()
    """Clauses that another one makes needless."""

    def to_lines(self) -> Iterator[str]:
        """Tell it, a line for each thing."""
        yield f"{self.topic}: {self.items} items, {self.per_day:.1f} a day"
        for clause in self.clauses:
            yield f"  {clause.to_text()}"
        for line in (*self.deciding, *self.implied):
            yield f"         {line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a watchlist met among `items` items; `never_seen` are terms by their owner."""

    items: int
    topics: tuple[TopicReach, ...]
    never_seen: Mapping[str, tuple[str, ...]]

    def to_lines(self) -> Iterator[str]:
        """Tell it, a line for each thing."""
        yield f"reach over {self.items} items:"
        for topic in self.topics:
            yield from topic.to_lines()
        for owner, terms in self.never_seen.items():
            more = f" and {len(terms) - SHOWN} others" if len(terms) > SHOWN else ""
            yield f"never seen of {owner}: {', '.join(terms[:SHOWN])}{more}"


def reach_of(watchlist: Watchlist, items: Iterable[Item], *, days: float) -> Reach:
    """Hold every topic, clause and term against items that came in `days`."""
    probes = _Probes()
    topics = [_TopicProbe(topic, probes) for topic in watchlist.topics]
    languages = sorted({code for topic in watchlist.topics for code in topic.languages})
    terms = {
        (each.owner, term): probes.add(term, FIELDS, tuple(languages))
        for each in watchlist.written
        for term in _terms(each.node)
    }
    count = _meet(items, watchlist.topics, topics, probes)
    never: dict[str, list[str]] = {}
    for (owner, term), probe in terms.items():
        if not probes.met(probe):
            never.setdefault(owner, []).append(term.text)
    return Reach(
        items=count,
        topics=tuple(topic.reach(days=days) for topic in topics),
        never_seen={owner: tuple(texts) for owner, texts in never.items()},
    )


def _meet(
    items: Iterable[Item],
    topics: Sequence[Topic],
    probed: Sequence["_TopicProbe"],
    probes: "_Probes",
) -> int:
    by_id = {probe.topic.id: probe for probe in probed}
    whole, parts = Matcher(topics), probes.matcher()
    for item in items:
        for match in whole.match(item):
            by_id[match.topic].deciding.note(item, match)
        probes.note(parts.match(item))
    return probes.items


class _Probes:
    """Queries as topics of their own; equal ones are asked once."""

    def __init__(self) -> None:
        self._topics: dict[tuple[Node, tuple[Field, ...], tuple[str, ...]], Topic] = {}
        self._met: dict[str, list[int]] = {}
        self.items = 0

    def add(self, node: Node, fields: tuple[Field, ...], languages: tuple[str, ...]) -> str:
        key = (node, fields, languages)
        if key not in self._topics:
            name = str(len(self._topics))
            self._topics[key] = Topic(id=name, query=node, fields=fields, languages=languages)
        return self._topics[key].id

    def matcher(self) -> Matcher:
        return Matcher(self._topics.values())

    def note(self, matches: Iterable[Match]) -> None:
        """Count an item, by the probes that it meets."""
        for match in matches:
            self._met.setdefault(match.topic, []).append(self.items)
        self.items += 1

    def met(self, probe: str) -> list[int]:
        return self._met.get(probe, [])


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause, and where it is asked."""

    text: str
    probe: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class _Alternative:
    """Clauses that hold together: a topic matches by any alternative."""

    text: str
    clauses: tuple[_Clause, ...]

    def met(self, probes: _Probes) -> set[int]:
        """Tell the items it met, by number."""
        met = self._wanted(probes)
        return met.difference(*(probes.met(each.probe) for each in self.clauses if each.is_refused))

    def reach(self, probes: _Probes) -> Iterator[ClauseReach]:
        """Count what each clause met."""
        wanted = self._wanted(probes)
        for clause in self.clauses:
            yield _reach(clause, probes, wanted)

    def implied(self, probes: _Probes) -> Iterator[str]:
        """Tell the clauses that others make needless."""
        met = {each.text: set(probes.met(each.probe)) for each in self._needed()}
        for text, items in met.items():
            for other, others in met.items():
                if text != other and len(items) >= ENOUGH and items <= others:
                    yield f"{other} is there whenever {text} is"

    def _wanted(self, probes: _Probes) -> set[int]:
        met = [set(probes.met(each.probe)) for each in self._needed()]
        return set.intersection(*met) if met else set(range(probes.items))

    def _needed(self) -> list[_Clause]:
        return [clause for clause in self.clauses if not clause.is_refused]


def _reach(clause: _Clause, probes: _Probes, wanted: set[int]) -> ClauseReach:
    """Count what a clause met, and if it refuses that, how much of what was `wanted`."""
    met = probes.met(clause.probe)
    kept_out = len(wanted.intersection(met)) if clause.is_refused else None
    return ClauseReach(text=clause.text, items=len(met), kept_out=kept_out)


@dataclass(slots=True)
class _TopicProbe:
    """One topic, its clauses as probes, and what its matches were decided by."""

    topic: Topic
    probes: _Probes
    deciding: Deciding = field(init=False)
    _alternatives: list[_Alternative] = field(init=False)
    _unless: list[_Clause] = field(init=False)

    def __post_init__(self) -> None:
        self.deciding = Deciding(self.topic)
        self._alternatives = [
            _Alternative(write(node), tuple(map(self._clause, _together(node))))
            for node in alternatives(self.topic.query)
        ]
        unless = alternatives(self.topic.unless) if self.topic.unless else ()
        self._unless = [self._refused(f"unless {write(node)}", node) for node in unless]

    def _clause(self, node: Node) -> _Clause:
        if isinstance(node, Not):
            return self._refused(write(node), node.part)
        return _Clause(write(node), self._probe(node))

    def _refused(self, text: str, node: Node) -> _Clause:
        return _Clause(text, self._probe(node), is_refused=True)

    def _probe(self, node: Node) -> str:
        return self.probes.add(node, self.topic.fields, self.topic.languages)

    def reach(self, *, days: float) -> TopicReach:
        return TopicReach(
            topic=self.topic.id,
            items=self.deciding.items,
            per_day=self.deciding.items / days,
            clauses=tuple(dict.fromkeys(self._clauses())),
            deciding=tuple(self.deciding.lines()),
            implied=tuple(
                line for each in self._alternatives for line in each.implied(self.probes)
            ),
        )

    def _clauses(self) -> Iterator[ClauseReach]:
        wanted: set[int] = set()
        for each in self._alternatives:
            met = each.met(self.probes)
            wanted |= met
            if len(self._alternatives) > 1 < len(each.clauses):
                yield ClauseReach(text=each.text, items=len(met))
            yield from each.reach(self.probes)
        for clause in self._unless:
            yield _reach(clause, self.probes, wanted)


def alternatives(node: Node) -> tuple[Node, ...]:
    """Name the entries of a `match` or `unless` list; of a single one, what it leaves to choose."""
    return node.parts if isinstance(node, Or) else (node,)


def _together(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, And) else (node,)


def _terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    for part in parts_of(node):
        yield from _terms(part)
