"""What is wrong with a query, and where: what was expected, what was found, a way out."""

import re
from dataclasses import dataclass

from watcher.query.grammar import Unexpected, tokens_before

_OPENING = re.compile(r"\(|\d+\s+OF\s*\(|(?:FIRST|ATLEAST)/\d+\(")


class QueryError(ValueError):
    """A query cannot be read from `offset` on (code points into its text)."""

    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why)
        self.offset = offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something suspicious in a query that can be read all the same."""

    offset: int
    why: str


def explain_unexpected(text: str, unexpected: Unexpected) -> QueryError:
    """Put into words why `text` is no query at that place."""
    found, offset = unexpected.found, unexpected.offset
    if found in _NEVER_CLOSED:
        return QueryError(_NEVER_CLOSED[found], offset)
    before = tokens_before(text, offset)
    if "=" in before:
        return lone_sign("=", _places(text, before)[before.index("=")])
    if found == "," and (small := _small_of(before)) is not None:
        at = _places(text, before)[small]
        return QueryError(f"'{before[small]}' is taken for a word: write OF in 'n OF (a, b)'", at)
    if not found and _unclosed(before) and not _wants_operand(before[-1]):
        why = "expected ')': this '(' is never closed"
        return QueryError(why, _last_open(text, before))
    return QueryError(_out_of_place(before, found), offset)


def lone_sign(sign: str, offset: int) -> QueryError:
    """Say where `=` or `-` must stand."""
    return QueryError(f"'{sign}' stands right before a word or a phrase in quotes", offset)


_NEVER_CLOSED = {
    '"': "a quote is never closed: add '\"' after the phrase",
    "/": "a regular expression is never closed: end it with '/'",
}


def _out_of_place(before: list[str], found: str) -> str:
    if not before:
        return _at_the_start(found)
    if _wants_operand(before[-1]):
        return _without_operand(before[-1], found)
    if found == ")":
        return "')' closes nothing: remove it, or open '(' before it"
    if found == ",":
        return "a comma stands only in 'n OF (a, b)': put the words in quotes"
    return f"expected an operator or the end, found {_named(found)}"


def _small_of(tokens: list[str]) -> int | None:
    """Find an `of` that stands as OF would."""
    return next(
        (
            at
            for at in range(1, len(tokens) - 1)
            if tokens[at].upper() == "OF" and tokens[at - 1].isdecimal() and tokens[at + 1] == "("
        ),
        None,
    )


def _unclosed(tokens: list[str]) -> int:
    """Tell how many brackets are open at the end, 0 for none."""
    return sum(map(_opens, tokens)) - tokens.count(")")


def _last_open(text: str, tokens: list[str]) -> int:
    """Find the innermost of the brackets still open at the end of `text`."""
    places: list[int] = []
    for sign, at in zip(tokens, _places(text, tokens), strict=True):
        if _opens(sign):
            places.append(at + len(sign) - 1)
        elif sign == ")":
            places.pop()
    return places[-1]


def _places(text: str, tokens: list[str]) -> list[int]:
    """Find where each of the first tokens of `text` starts."""
    starts: list[int] = []
    at = 0
    for token in tokens:
        starts.append(text.index(token, at))
        at = starts[-1] + len(token)
    return starts


def _opens(sign: str) -> bool:
    return _OPENING.fullmatch(sign) is not None


def _wants_operand(token: str) -> bool:
    return token in {"AND", "OR", "NOT", "-", ","} or _opens(token) or _is_operator(token)


def _is_operator(token: str) -> bool:
    first = token.split("/", maxsplit=1)[0].split()[-1:] or [""]
    return first[0] in {"NEAR", "ONEAR"} or token.endswith(":")


def _at_the_start(found: str) -> str:
    if not found:
        return "expected a term, found nothing: an empty query matches nothing"
    return f"expected a term before {_named(found)}"


def _without_operand(before: str, found: str) -> str:
    if before == "(" and found == ")":
        return "expected a term inside '()'"
    why = f"expected a term after {_named(before)}, found {_named(found)}"
    if found in {"NOT", "-"} and _is_operator(before):
        return f"{why}: write '{_with_not_outside(before)}'"
    return why


def _with_not_outside(operator: str) -> str:
    if operator.endswith(":"):
        return f"b NOT {operator}a"
    if operator.startswith("ONEAR"):
        return f"a NOT (a {operator} b)"
    return f"a {operator} b" if operator.startswith("NOT") else f"a NOT {operator} b"


def _named(token: str) -> str:
    if not token:
        return "the end"
    return token if token.isalpha() or "/" in token else f"'{token}'"
