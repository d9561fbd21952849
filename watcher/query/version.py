"""Equal meaning, equal version: a hash of what a topic looks for."""

from collections.abc import Sequence
from hashlib import sha256

from watcher.models import SEARCHED
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
)
from watcher.query.terms import ages, compared, moments
from watcher.text.fold import plain
from watcher.text.tokens import joints, split

_Bare = Term | Regex | Fact | And | Or | Near | Not | AtLeastOf | First | AtLeast | In
"""A part of a query, but for `$name`."""


def version_of(
    query: Node,
    *,
    unless: Node | None = None,
    fields: Sequence[Field] = SEARCHED,
    languages: Sequence[str] = (),
) -> str:
    """Hash the meaning: names of groups, order of parts and blanks in terms do not count."""
    whole = query if unless is None else And((query, Not(unless)))
    told = f"{sorted(fields)} {sorted(languages)} {_told(whole)}"
    return sha256(told.encode()).hexdigest()[:16]


def _told(node: Node) -> str:
    bare = _bare(node)
    match bare:
        case Term():
            return _told_term(bare)
        case Regex():
            return repr(bare)
        case Fact():
            return _told_fact(bare)
        case And() | Or():
            return _joined(bare)
        case Near():
            return _told_near(bare)
        case _:
            return _told_around(bare)


def _bare(node: Node) -> _Bare:
    """Give what a name stands for, `1 OF` as an OR, and `2 OF` two as an AND."""
    while isinstance(node, Group):
        node = node.part
    if isinstance(node, AtLeastOf) and node.count in (1, len(node.parts)):
        return Or(node.parts) if node.count == 1 else And(node.parts)
    return node


def _told_around(node: Not | AtLeastOf | First | AtLeast | In) -> str:
    match node:
        case Not():
            return f"Not({_told(node.part)})"
        case AtLeastOf():
            return f"AtLeastOf({node.count}, {', '.join(sorted(map(_told, node.parts)))})"
        case First() | AtLeast():
            return f"{type(node).__name__}({node.count}, {_told(node.part)})"
        case In():
            return f"In({node.field}, {_told(node.part)})"


def _joined(node: And | Or) -> str:
    kind = type(node)
    parts: set[str] = set()
    waiting = list(node.parts)
    while waiting:
        part = _bare(waiting.pop())
        if isinstance(part, kind):
            waiting.extend(part.parts)
        else:
            parts.add(_told(part))
    return parts.pop() if len(parts) == 1 else f"{kind.__name__}({', '.join(sorted(parts))})"


def _told_near(node: Near) -> str:
    sides = [_told(node.left), _told(node.right)]
    if not (node.ordered or node.negated):
        sides.sort()
    return f"Near({node.distance}, {node.ordered}, {node.negated}, {', '.join(sides)})"


def _told_fact(node: Fact) -> str:
    match node.name:
        case "age":
            return f"Fact(age, {ages(node)})"
        case "published":
            return f"Fact(published, {moments(node)})"
        case _:
            return f"Fact({node.name}, {compared(node)})"


def _told_term(node: Term) -> str:
    words = node.text.split() if node.wildcard else list(map(plain, split(node.text)))
    closing = [] if node.exact else joints(node.text)
    return f"Term({words}, {closing}, {node.exact}, {node.wildcard}, {node.slop}, {node.edits})"
