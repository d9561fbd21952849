"""From the tree of a query to clauses over the numbers of a lexicon."""

from collections.abc import Iterable, Iterator

from watcher.match.clauses import All, Clause, Marking, Numbers, Some, Terms, Told, Within, Without
from watcher.match.facts import test_of
from watcher.match.lexicon import Lexicon
from watcher.match.positional import Close, Early, Loose, Often, Pattern
from watcher.models import Topic
from watcher.nodes import (
    And,
    AtLeast,
    AtLeastOf,
    Fact,
    Field,
    First,
    Group,
    In,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
    parts_of,
)
from watcher.text.regex import finder


class Compiler:
    """Compiles topics; equal groups of terms become one clause."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._shared: dict[tuple[int, ...], Terms] = {}

    def node(self, node: Node) -> Clause:
        """Compile one part of a query."""
        match node:
            case Term():
                return self._term(node)
            case Group():
                return self.node(node.part)
            case And():
                return self._all(node.parts)
            case Or():
                return self._any(node.parts)
            case Not():
                return Without(self.node(node.part))
            case _:
                return self._rarer(node)

    def _rarer(  # noqa: PLR0911 - one for each kind of node
        self, node: AtLeastOf | Near | First | AtLeast | In | Regex | Fact
    ) -> Clause:
        match node:
            case AtLeastOf():
                return Some(node.count, tuple(map(self.node, node.parts)))
            case Near():
                left, right = self.node(node.left), self.node(node.right)
                return Close(left, right, node.distance, node.ordered, node.negated)
            case First():
                return Early(node.count, self.node(node.part))
            case AtLeast():
                return Often(node.count, self.node(node.part))
            case In():
                part = self.node(node.part)
                return Within((node.field,), part, Marking.of(part))
            case Regex():
                label = f"/{node.pattern}/{'i' if node.ignore_case else ''}"
                return Pattern(label, finder(node.pattern, ignore_case=node.ignore_case))
            case _:
                return Told(test_of(node))

    def _term(self, term: Term) -> Clause:
        if not term.slop:
            return self._terms(self._lexicon.find(term))
        ways: list[Clause] = [
            Loose(term.text, tuple(self._terms((number,)) for number in words), term.slop)
            for words in self._lexicon.words(term)
        ]
        return ways[0] if len(ways) == 1 else Some(1, tuple(ways))

    def _terms(self, numbers: tuple[int, ...]) -> Terms:
        if len(numbers) == 1:
            return Terms(numbers)  # most stand in a group, and are gone with it
        known = self._shared.get(numbers)
        return known or self._shared.setdefault(numbers, Terms(_handy(numbers)))

    def _any(self, parts: Iterable[Node]) -> Clause:
        terms: list[Terms] = []
        others: list[Clause] = []
        for part in _flat(Or, parts):
            clause = self.node(part)
            if isinstance(clause, Terms):
                terms.append(clause)
            else:
                others.append(clause)
        if terms:
            numbers = dict.fromkeys(number for clause in terms for number in clause.numbers)
            others.insert(0, self._terms(tuple(numbers)))
        return others[0] if len(others) == 1 else Some(1, tuple(others))

    def _all(self, parts: Iterable[Node]) -> Clause:
        terms: list[Terms] = []
        bars: dict[int, None] = {}
        others: list[Clause] = []
        for part in _flat(And, parts):
            clause = self.node(part)
            if isinstance(clause, Terms):
                terms.append(clause)
            elif isinstance(clause, Without) and isinstance(clause.part, Terms):
                bars.update(dict.fromkeys(clause.part.numbers))
            else:
                others.append(clause)
        return All(tuple(part.numbers for part in terms), _handy(tuple(bars)), tuple(others))


def _handy(numbers: tuple[int, ...]) -> Numbers:
    return frozenset(numbers) if len(numbers) > _FEW else numbers


_FEW = 32
"""So many numbers are looked up one by one; a set would only take memory."""


def query_of(topic: Topic) -> Node:
    """Join the query of `topic` and its `unless`."""
    return topic.query if topic.unless is None else And((topic.query, Not(topic.unless)))


def _flat(kind: type[And] | type[Or], parts: Iterable[Node]) -> Iterator[Node]:
    for part in parts:
        inner = part
        while isinstance(inner, Group):
            inner = inner.part
        if isinstance(inner, kind):
            yield from _flat(kind, inner.parts)
        else:
            yield inner


def fields_of(node: Node) -> Iterator[Field]:
    """Name the fields that `node` asks for by name."""
    if isinstance(node, In):
        yield node.field
    for part in (node.part,) if isinstance(node, Group) else parts_of(node):
        yield from fields_of(part)
