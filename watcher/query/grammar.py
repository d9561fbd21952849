"""The grammar of queries: conflict-free LALR(1); the only door to lark."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from watcher.nodes import FIELDS

if TYPE_CHECKING:
    from lark import Lark

FACT_NAMES = (
    "outlet",
    "site",
    "feed",
    "group",
    "country",
    "lang",
    "tag",
    "link",
    "published",
    "age",
)

GRAMMAR = rf"""
?either: both (_OR both)*
?both: no (_AND? no)*
?no: near
   | (NOT | MINUS) no                        -> negation
?near: atom
   | near (NEAR | NOT_NEAR) atom             -> nearness
?atom: _OPEN either _CLOSE                   -> grouping
   | WORD                                    -> word
   | PHRASE                                  -> phrase
   | REGEX                                   -> regex
   | NAME                                    -> name
   | FACT                                    -> fact
   | FIELD atom                              -> inside
   | OF either (_COMMA either)* _CLOSE       -> at_least_of
   | FIRST either _CLOSE                     -> first
   | ATLEAST either _CLOSE                   -> at_least

NOT_NEAR.9: /NOT\s+NEAR\/(\d+|[sp])(?![^\s()"])/
NEAR.8: /O?NEAR\/(\d+|[sp])(?![^\s()"])/
OF.8: /\d+\s+OF\s*\(/
FIRST.8: /FIRST\/\d+\(/
ATLEAST.8: /ATLEAST\/\d+\(/
_AND.8: /AND(?![^\s()",])/
_OR.8: /OR(?![^\s()",])/
NOT.8: /NOT(?![^\s()",])/
REGEX.7: /\/(?:\\.|[^\/\\\n])+\/[a-z]*/
PHRASE.7: /=?"[^"]*"(?:~\d+)?/
FIELD.7: /({"|".join(FIELDS)}):(?=\S)/
FACT.7: /({"|".join(FACT_NAMES)}):(?:[<>]=?|=)?(?:"[^"]*"|[^\s()",]+)/
NAME.7: /\$[\w.:\-]+/
MINUS.6: /-(?=[^\s)])/
_OPEN.6: "("
_CLOSE.6: ")"
_COMMA.6: ","
WORD.1: /[^\s()",\/][^\s()",]*/
%ignore /\s+/
"""

Rules = Mapping[str, Callable[[Sequence[Any]], Any]]
"""What to make of each rule of the grammar, from its parts in order."""


class Unexpected(Exception):  # noqa: N818 - told on as a QueryError, with more words
    """The text is no query from `offset` on; `found` is the token there, empty for the end."""

    def __init__(self, offset: int, found: str) -> None:
        super().__init__(offset, found)
        self.offset = offset
        self.found = found


def build(text: str, rules: Rules) -> Any:
    """Read `text` and build it up by `rules`, the innermost first, however deep.

    Tokens are texts with `start_pos`.

    Raises:
        Unexpected: It is no query.
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415

    try:
        tree = _parser().parse(text)
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        offset = len(text) if at_end else (error.token.start_pos or 0)
        raise Unexpected(offset, "" if at_end else str(error.token)) from error
    except UnexpectedCharacters as error:
        at: Any = error.pos_in_stream
        raise Unexpected(at, text[at]) from error
    return _fold(tree, rules)


def tokens_before(text: str, offset: int) -> list[str]:
    """Read the tokens of `text` up to `offset`, where reading it failed."""
    return [str(token) for token in _parser().lex(text[:offset])]


def _fold(tree: Any, rules: Rules) -> Any:
    """Walk without recursion: a hostile query must not reach Python's own limit."""
    root: list[Any] = []
    work: list[tuple[Any, list[Any], list[Any] | None]] = [(tree, root, None)]
    while work:
        node, into, parts = work.pop()
        if not hasattr(node, "children"):
            into.append(node)
        elif parts is None:
            parts = []
            work.append((node, into, parts))
            work.extend((child, parts, None) for child in reversed(node.children))
        else:
            into.append(rules[node.data](parts))
    return root[0]


@cache
def _parser() -> "Lark":
    from lark import Lark  # noqa: PLC0415 - a tenth of a second that only queries need

    return Lark(GRAMMAR, parser="lalr", lexer="basic", start="either", maybe_placeholders=False)
