"""From the text of a query to its tree, with what is suspicious in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

from watcher.errors import did_you_mean
from watcher.nodes import (
    And,
    AtLeast,
    AtLeastOf,
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
from watcher.query import terms
from watcher.query.grammar import Unexpected, build
from watcher.query.mistakes import QueryError, Remark, explain_unexpected

LONGEST_QUERY = 250_000
"""Code points; some 5,000 names."""
DEEPEST = 50
"""How deep brackets and operators may nest."""

_SMART_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_REGEX = r'(?<![^\s(),":\-])/(?:\\.|[^/\\\n])+/'
_NO_QUOTE = '[^"“”„‟«»]*+'
_PAIR = f"(?:«{_NO_QUOTE}»|“{_NO_QUOTE}”|„{_NO_QUOTE}[“”])"
_QUOTED = re.compile(
    rf'"{_NO_QUOTE}(?:{_PAIR}{_NO_QUOTE})*+"|{_REGEX}'
    rf'|(?P<smart>[“”„‟«»](?:{_NO_QUOTE}["“”„‟«»])?)'
)
"""Nothing is repaired in regular expressions, nor a pair of quotes between straight ones."""
_AS_OPERATORS = re.compile(
    rf'"[^"]*"|{_REGEX}'
    r'|(?P<sign>(?<=[\s)"])(?i:and|or|near)(?=[\s("])(?=\s*[^\s),])'
    r'|(?<![^\s(),"])(?:(?i:not)(?=[\s("])(?=\s*[^\s),])|\d+\s+(?i:of)(?=\s*\()'
    r'|(?:(?i:o?near)/(?:\d+|[spSP])|(?i:first|atleast)/\d+)(?![^\s()",])))'
)
"""What stands where an operator would, in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A query that can be read, and what is suspicious in it."""

    node: Node
    remarks: tuple[Remark, ...] = ()


def parse(text: str, *, names: Mapping[str, Node] | None = None) -> Parsed:
    """Read a query; `names` are the actors and concepts that `$name` may stand for.

    Raises:
        QueryError: It cannot be read; with the place and a way out.
    """
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"a query of over {LONGEST_QUERY} characters: split it", LONGEST_QUERY)
    straight = _QUOTED.sub(_straight, text)
    try:
        piece: _Piece = build(straight, _rules({} if names is None else names))
    except Unexpected as error:
        raise explain_unexpected(straight, error) from error
    return Parsed(node=piece.node, remarks=tuple(_remarks(text, straight)))


def _straight(quoted: re.Match[str]) -> str:
    return quoted[0].translate(_SMART_QUOTES) if quoted["smart"] else quoted[0]


class _Piece(NamedTuple):
    node: Node
    at: int
    unfit: tuple[str, int] | None = None
    """What may not stand inside NEAR, FIRST and ATLEAST, and where."""
    depth: int = 1


def _rules(names: Mapping[str, Node]) -> dict[str, Any]:
    is_unfit = cache(lambda name: _is_unfit(names[name]))
    return {
        "either": lambda parts: _join(Or, parts),
        "both": _joined_by_and,
        "negation": _negation,
        "nearness": _nearness,
        "grouping": lambda parts: parts[0],
        "word": lambda parts: _leaf(terms.word, parts[0]),
        "phrase": lambda parts: _leaf(terms.phrase, parts[0]),
        "regex": lambda parts: _leaf(terms.regex, parts[0]),
        "name": lambda parts: _name(parts[0], names, is_unfit),
        "fact": _fact,
        "inside": _inside,
        "at_least_of": _at_least_of,
        "first": lambda parts: _counted(First, parts),
        "at_least": lambda parts: _counted(AtLeast, parts),
    }


def _leaf(read: Any, token: Any) -> _Piece:
    return _Piece(read(str(token), token.start_pos), token.start_pos)


def _name(token: Any, names: Mapping[str, Node], is_unfit: Callable[[str], bool]) -> _Piece:
    name, at = str(token)[1:], token.start_pos
    if name not in names:
        raise QueryError(f"unknown name '${name}'{did_you_mean(name, names)}", at)
    unfit = (f"${name} with AND, NOT, fields or facts in it", at) if is_unfit(name) else None
    return _Piece(Group(name=name, part=names[name]), at, unfit)


def _is_unfit(node: Node) -> bool:
    if isinstance(node, Or):
        return any(map(_is_unfit, node.parts))
    if isinstance(node, Group):
        return _is_unfit(node.part)
    return not isinstance(node, Term | Regex | Near)


def _fact(parts: Sequence[Any]) -> _Piece:
    at = parts[0].start_pos
    return _Piece(terms.fact(str(parts[0]), at), at, (f"'{parts[0]}'", at))


def _join(kind: type[Or] | type[And], parts: Sequence[_Piece]) -> _Piece:
    nodes: list[Node] = []
    for part in parts:
        nodes.extend(part.node.parts if isinstance(part.node, kind) else (part.node,))
    unfit = next((part.unfit for part in parts if part.unfit), None)
    return _Piece(kind(tuple(nodes)), parts[0].at, unfit, _deeper(parts))


def _joined_by_and(parts: Sequence[_Piece]) -> _Piece:
    joined = _join(And, parts)
    return joined._replace(unfit=joined.unfit or ("AND", parts[0].at))


def _negation(parts: Sequence[Any]) -> _Piece:
    at = parts[0].start_pos
    return _Piece(Not(parts[1].node), at, ("NOT", at), _deeper(parts[1:]))


def _nearness(parts: Sequence[Any]) -> _Piece:
    left, token, right = parts
    for side in (left, right):
        _refuse_unfit(str(token), side)
    name, _, reach = str(token).partition("/")
    node = Near(
        left=left.node,
        right=right.node,
        distance=_reach(name, reach, token.start_pos),
        ordered=name.endswith("ONEAR"),
        negated=name.startswith("NOT"),
    )
    return _Piece(node, left.at, None, _deeper((left, right)))


def _reach(name: str, reach: str, at: int) -> int | Literal["s", "p"]:
    if reach == "s":
        return "s"
    if reach == "p":
        return "p"
    between = terms.number(reach, at)
    if between == 0:
        raise QueryError(f'{name}/0 is a phrase: write "a b", or {name}/1', at)
    if between > terms.MOST_BETWEEN:
        raise QueryError(f"{name}/{reach} is too wide: at most {terms.MOST_BETWEEN}", at)
    return between


def _inside(parts: Sequence[Any]) -> _Piece:
    token, part = parts
    at, name = token.start_pos, str(token)[:-1]
    field: Field = next(known for known in get_args(Field) if known == name)
    unfit = (f"'{token}' (write {token}(a NEAR/3 b))", at)
    return _Piece(In(field=field, part=part.node), at, unfit, _deeper([part]))


def _at_least_of(parts: Sequence[Any]) -> _Piece:
    token, *members = parts
    at = token.start_pos
    count = terms.number(str(token).split()[0], at)
    if len(members) < 2:
        raise QueryError("OF needs two members or more: 2 OF (a, b, c)", at)
    if not 1 <= count <= len(members):
        raise QueryError(f"{count} OF {len(members)} members: from 1 to {len(members)}", at)
    node = AtLeastOf(count=count, parts=tuple(member.node for member in members))
    return _Piece(node, at, ("OF", at), _deeper(members))


def _counted(kind: type[First] | type[AtLeast], parts: Sequence[Any]) -> _Piece:
    token, part = parts
    at, name = token.start_pos, str(token).rstrip("(")
    _refuse_unfit(name, part)
    count = terms.number(name.partition("/")[2], at)
    if count == 0:
        raise QueryError(f"{name} needs a number above 0", at)
    return _Piece(kind(count=count, part=part.node), at, (name, at), _deeper([part]))


def _refuse_unfit(operator: str, part: _Piece) -> None:
    if part.unfit:
        what, at = part.unfit
        raise QueryError(
            f"{what} cannot stand inside {operator}: it takes words, phrases, OR and NEAR", at
        )


def _deeper(parts: Sequence[_Piece]) -> int:
    depth = 1 + max(part.depth for part in parts)
    if depth > DEEPEST:
        raise QueryError(f"nested over {DEEPEST} deep: split it into concepts", parts[0].at)
    return depth


def _remarks(text: str, straight: str) -> list[Remark]:
    remarks = [
        Remark(offset=at, why=f'read {character} as "')
        for at, character in enumerate(text)
        if straight[at] != character
    ]
    for found in _AS_OPERATORS.finditer(straight):
        sign = " ".join((found["sign"] or "").split())
        operator = _operator(sign)
        if not operator.startswith(sign):
            why = f"'{sign}' is taken for a word: write {operator}, or put it in quotes"
            remarks.append(Remark(offset=found.start(), why=why))
    return remarks


def _operator(sign: str) -> str:
    """Write an operator as it should be, with what it needs."""
    name, slash, reach = sign.upper().partition("/")
    if name == "NEAR" and not slash:
        return "NEAR/5"
    if name in {"FIRST", "ATLEAST"}:
        return f"{name}/{reach}(word)"
    return f"{name} (a, b)" if name.endswith("OF") else f"{name}{slash}{reach.lower()}"
