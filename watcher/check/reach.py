"""What a watchlist meets among stored items: topics, clauses, terms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten

from watcher.check.deciding import ENOUGH, Deciding
from watcher.match import Matcher
from watcher.models import Item, Topic
from watcher.nodes import FIELDS, And, Field, Node, Not, Or, Term
from watcher.query.write import write
from watcher.watchlist import Watchlist
from watcher.watchlist.clauses import parts_of

SHOWN = 20
LONGEST = 80
"""Characters of a clause that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseReach:
    """A clause of a topic, and how many items it met."""

    text: str
    items: int


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
            yield f"  {clause.items:6} {shorten(clause.text, LONGEST, placeholder=' …')}"
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
        topics=tuple(topic.reach(probes, days=days) for topic in topics),
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
    number = -1
    for number, item in enumerate(items):
        for match in whole.match(item):
            by_id[match.topic].deciding.note(item, match)
        for match in parts.match(item):
            probes.note(match.topic, number)
    return number + 1


class _Probes:
    """Queries as topics of their own; equal ones are asked once."""

    def __init__(self) -> None:
        self._topics: dict[tuple[Node, tuple[Field, ...], tuple[str, ...]], Topic] = {}
        self._met: dict[str, list[int]] = {}

    def add(self, node: Node, fields: tuple[Field, ...], languages: tuple[str, ...]) -> str:
        key = (node, fields, languages)
        if key not in self._topics:
            name = str(len(self._topics))
            self._topics[key] = Topic(id=name, query=node, fields=fields, languages=languages)
        return self._topics[key].id

    def matcher(self) -> Matcher:
        return Matcher(self._topics.values())

    def note(self, probe: str, number: int) -> None:
        self._met.setdefault(probe, []).append(number)

    def met(self, probe: str) -> list[int]:
        return self._met.get(probe, [])


@dataclass(slots=True)
class _TopicProbe:
    """One topic, its clauses as probes, and what its matches were decided by."""

    topic: Topic
    probes: _Probes
    deciding: Deciding = field(init=False)
    _groups: list[list[tuple[str, str]]] = field(default_factory=list)
    """(text, probe) of clauses that must hold together, for each alternative."""

    def __post_init__(self) -> None:
        self.deciding = Deciding(self.topic)
        for alternative in _alternatives(self.topic.query):
            parts = alternative.parts if isinstance(alternative, And) else (alternative,)
            self._groups.append([self._probe(part) for part in parts if not isinstance(part, Not)])

    def _probe(self, node: Node) -> tuple[str, str]:
        return write(node), self.probes.add(node, self.topic.fields, self.topic.languages)

    def reach(self, probes: _Probes, *, days: float) -> TopicReach:
        clauses = dict(clause for group in self._groups for clause in group)
        return TopicReach(
            topic=self.topic.id,
            items=self.deciding.items,
            per_day=self.deciding.items / days,
            clauses=tuple(
                ClauseReach(text=text, items=len(probes.met(probe)))
                for text, probe in clauses.items()
            ),
            deciding=tuple(self.deciding.lines()),
            implied=tuple(line for group in self._groups for line in _implied(group, probes)),
        )


def _implied(group: Sequence[tuple[str, str]], probes: _Probes) -> Iterator[str]:
    met = {text: set(probes.met(probe)) for text, probe in group}
    for text, items in met.items():
        for other, others in met.items():
            if text != other and len(items) >= ENOUGH and items <= others:
                yield f"{other} is there whenever {text} is"


def _alternatives(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, Or) else (node,)


def _terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    for part in parts_of(node):
        yield from _terms(part)
