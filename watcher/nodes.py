"""The tree of a query: small frozen nodes, no meaning of their own.

`query/` builds the tree from text, `match/` gives it its one meaning, `Topic` carries it.
"""

from dataclasses import dataclass, field
from typing import Literal

Field = Literal["title", "summary", "content", "author"]
FIELDS: tuple[Field, ...] = ("title", "summary", "content", "author")
"""The texts of an item, in the order in which evidence is told."""

Comparison = Literal["=", ">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: any case, accents folded, any inflection unless `exact`.

    `text` is the term as written, without quotes and `=`. `name` marks the name of an actor
    (always a phrase). `slop` is the gap allowed in all (`"a b"~4`). `edits` is the edit distance
    (`word~1`). Wildcards (`*`, `?`) are told from `wildcard`. `at` is where it stands in its query
    (code points), no part of what it means.
    """

    text: str
    exact: bool = False
    name: bool = False
    wildcard: bool = False
    slop: int = 0
    edits: int = 0
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression in RE2's language; reads the original text."""

    pattern: str
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts hold somewhere in the searched fields."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class AtLeastOf:
    """`n OF (a, b, c)`: at least `count` of the parts hold."""

    count: int
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Left and right in one field, within reach of each other.

    `distance` is the number of words allowed between, or `"s"` (same sentence), `"p"` (same
    paragraph). `ordered`: left comes first. `negated`: some left has no right near it.
    """

    left: "Node"
    right: "Node"
    distance: int | Literal["s", "p"]
    ordered: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class First:
    """The part within the first `count` words of a field."""

    count: int
    part: "Node"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The part at `count` places or more, over all searched fields."""

    count: int
    part: "Node"


@dataclass(frozen=True, slots=True)
class In:
    """The part, looked for in one field only."""

    field: Field
    part: "Node"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about the item: `outlet site feed group country lang tag link` equal to `value`.

    `value` may hold `*`. For `published` and `age`, `comparison` is one of `> >= < <= =`.
    """

    name: str
    value: str
    comparison: Comparison = "="


@dataclass(frozen=True, slots=True)
class Group:
    """A `$name`, already looked up: an actor's names or a concept's entries, as an `Or`."""

    name: str
    part: "Node"


Node = Term | Regex | And | Or | Not | AtLeastOf | Near | First | AtLeast | In | Fact | Group


def parts_of(node: Node) -> tuple[Node, ...]:
    """Name the nodes right inside a node; what a `$name` stands for is not inside."""
    match node:
        case And(parts=parts) | Or(parts=parts) | AtLeastOf(parts=parts):
            return parts
        case Not(part=part) | First(part=part) | AtLeast(part=part) | In(part=part):
            return (part,)
        case Near(left=left, right=right):
            return (left, right)
        case _:
            return ()
