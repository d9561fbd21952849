"""Clauses that hold of nothing, and clauses that never hold; told from the tree alone."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, cast

from watcher.models import SEARCHED
from watcher.nodes import (
    And,
    AtLeast,
    AtLeastOf,
    Comparison,
    Fact,
    Field,
    First,
    Group,
    In,
    Near,
    Node,
    Not,
    Or,
    Term,
    parts_of,
)
from watcher.query.terms import ages, compared, moments
from watcher.query.write import write
from watcher.text.fold import fold
from watcher.text.tokens import joints, split

_ONE_VALUE = frozenset({"outlet", "site", "group", "country", "lang", "link"})
"""Facts of which an item has only one; of its feed it may know two addresses."""
_RANGES = {"published": moments, "age": ages}
"""Facts that bound a time, and what reads their bounds."""


def holds_of_nothing(node: Node) -> bool:
    """Tell whether a node holds of an item that has none of its words and facts."""
    match node:
        case Not(part=part):
            return not holds_of_nothing(part)
        case And(parts=parts):
            return all(map(holds_of_nothing, parts))
        case Or(parts=parts):
            return any(map(holds_of_nothing, parts))
        case AtLeastOf(count=count, parts=parts):
            return sum(map(holds_of_nothing, parts)) >= count
        case Group(part=part) | In(part=part):
            return holds_of_nothing(part)
        case _:
            return False


def contradictions(node: Node, fields: Collection[Field] = SEARCHED) -> Iterator[str]:
    """Say why parts of a query can never hold where `fields` are searched.

    What `$names` stand for is told at their own.
    """
    if isinstance(node, And):
        yield from _conflict(node, fields)
    if isinstance(node, First) and isinstance(node.part, Term):
        words = len(split(node.part.text)) - len(may_close(node.part))
        if words > node.count and not node.part.wildcard:
            yield f"{node.part.text!r} has {words} words, FIRST/{node.count} looks at fewer"
    for part in parts_of(node):
        yield from contradictions(part, fields)


def may_close(term: Term) -> frozenset[int]:
    """Tell after which words of a term the gap may be missing in a text."""
    return frozenset() if term.exact else frozenset(joints(term.text))


def _conflict(node: And, fields: Collection[Field]) -> Iterator[str]:
    wanted, refused = _needed(node), _refused(node)
    for claim in sorted(wanted, key=str):
        if claim in refused or (claim.field in fields and claim.anywhere() in refused):
            yield f"{claim} must be there, and must not"
    yield from _two_values(claim for claim in wanted if claim.kind in _ONE_VALUE)
    for kind, read in _RANGES.items():
        yield from _apart([claim for claim in wanted if claim.kind == kind], read)


def _two_values(facts: Iterable["_Claim"]) -> Iterator[str]:
    values: dict[str, _Claim] = {}
    for fact in sorted(facts, key=str):
        other = values.setdefault(fact.kind, fact)
        if not fact.fits(other):
            yield f"no item is both {other} and {fact}"


def _apart(claims: Iterable["_Claim"], read: Callable[[Fact], tuple[Any, Any]]) -> Iterator[str]:
    """Find times, or ages, that no item has both of."""
    for one, two in combinations(sorted(claims, key=str), 2):
        starts, ends = zip(*(read(claim.fact()) for claim in (one, two)), strict=True)
        if max(starts) >= min(ends):
            yield f"no item is both {one} and {two}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A term or fact; equal if it holds of the same items. `field`: where, `None` for anywhere."""

    kind: str
    words: tuple[str, ...]
    how: tuple[object, ...] = ()
    field: Field | None = None

    def __str__(self) -> str:
        text = " ".join(self.words)
        where = f"{self.field}:" if self.field else ""
        if self.kind in _RANGES:
            return write(self.fact())
        signs = {"term": repr(text), "name": f"${text}"}
        return where + signs.get(self.kind, f"{self.kind}:{text}")

    def fact(self) -> Fact:
        """Give the fact that is claimed."""
        return Fact(self.kind, self.words[0], cast("Comparison", self.how[0]))

    def anywhere(self) -> "_Claim":
        return replace(self, field=None)

    def fits(self, other: "_Claim") -> bool:
        """Tell whether one item can have both of two facts of the same name."""
        one, two = sorted((compared(self.fact()), compared(other.fact())))
        return "*" in one + two or two == one or (self.kind == "lang" and two.startswith(one + "-"))


_NONE: frozenset[_Claim] = frozenset()


def _needed(node: Node, field: Field | None = None) -> frozenset[_Claim]:
    """Tell what must be there for a node to hold."""
    match node:
        case Term() | Fact():
            return frozenset({_claim(node, field)})
        case Or(parts=parts):
            return _shared(_needed(part, field) for part in parts)
        case In(field=inner, part=part):
            return _needed(part, inner)
        case Group(part=part):
            return _needed(part, field) | {_of_name(node, field)}
        case _:
            return _NONE.union(*(_needed(part, field) for part in _all_needed(node)))


def _all_needed(node: Node) -> tuple[Node, ...]:
    match node:
        case And(parts=parts):
            return parts
        case AtLeastOf(count=count, parts=parts):
            return parts if count == len(parts) else ()
        case Near(left=left, right=right, negated=negated):
            return (left,) if negated else (left, right)
        case First(part=part) | AtLeast(part=part):
            return (part,)
        case _:
            return ()


def _refused(node: Node) -> frozenset[_Claim]:
    """Tell what must not be there for a node to hold."""
    match node:
        case Not(part=part):
            return _enough(part)
        case And(parts=parts):
            return _NONE.union(*map(_refused, parts))
        case Or(parts=parts):
            return _shared(map(_refused, parts))
        case Group(part=part):
            return _refused(part)
        case _:
            return _NONE


def _enough(node: Node, field: Field | None = None) -> frozenset[_Claim]:
    """Tell what makes a node hold, each by itself."""
    match node:
        case Term() | Fact():
            return frozenset({_claim(node, field)})
        case Or(parts=parts):
            return _NONE.union(*(_enough(part, field) for part in parts))
        case Group(part=part):
            return _enough(part, field) | {_of_name(node, field)}
        case In(field=inner, part=part):
            return _enough(part, inner)
        case _:
            return _NONE


def _shared(each: Iterable[frozenset[_Claim]]) -> frozenset[_Claim]:
    """Intersect, and look no further once nothing is left: names come in thousands."""
    shared: frozenset[_Claim] | None = None
    for claims in each:
        shared = claims if shared is None else shared & claims
        if not shared:
            break
    return shared or _NONE


def _of_name(group: Group, field: Field | None) -> _Claim:
    return _Claim(kind="name", words=(group.name,), field=field)


def _claim(node: Term | Fact, field: Field | None) -> _Claim:
    if isinstance(node, Fact):
        return _Claim(kind=node.name, words=(node.value,), how=(node.comparison,))
    how = (node.exact, node.wildcard, node.slop, node.edits)
    words = node.text.split() if node.exact or node.wildcard else map(fold, split(node.text))
    return _Claim(kind="term", words=tuple(words), how=how, field=field)
