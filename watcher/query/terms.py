"""Terms, phrases, regular expressions and facts, as a query writes them."""

import re
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from watcher.errors import did_you_mean
from watcher.hosts import readable_host
from watcher.nodes import FIELDS, Comparison, Fact, Regex, Term
from watcher.query.grammar import FACT_NAMES
from watcher.query.mistakes import QueryError, lone_sign
from watcher.text.fold import fold
from watcher.text.regex import finder
from watcher.text.tokens import ANY, ONE, is_unspaced, marked, split

MOST_WORDS = 50
"""The longest phrase."""
MOST_LETTERS_UNSPACED = 200
"""The same in a script without gaps."""
LONGEST_WORD = 200
"""Letters of a word; a longer one of a text is none."""
MOST_BETWEEN = 1000
"""The widest reach of NEAR and of a loose phrase."""

_FEWEST_BESIDE_STAR = 3
_FEWEST_LETTERS = {1: 4, 2: 8}
_NO_LETTERS = str.maketrans("", "", f"{ANY}{ONE}'")
_MOST_DIGITS = 6
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WORD_OF_OPERATOR = re.compile(r"(?:AND|OR|NOT|O?NEAR|FIRST|ATLEAST)(?:/.*)?")
_PREFIXED = re.compile(r"([^\W\d][\w-]*):(.*)", re.DOTALL)
_FACT = re.compile(r"(\w+):([<>]=?|=)?(.*)", re.DOTALL)
_DURATION = re.compile(r"(\d{1,6})([smhdw])")
_FINEST = timedelta(microseconds=1)
_When = TypeVar("_When", datetime, timedelta)


def name_node(name: str) -> Term:
    """Read the name of an actor: always a phrase; `=name` is taken exactly as typed.

    Raises:
        QueryError: It holds no word.
    """
    exact = name.startswith("=")
    text = name.removeprefix("=").strip()
    _check_words(text, 0)
    return Term(text=text, exact=exact, name=True)


def word(token: str, at: int) -> Term:
    """Read a bare word, such as `satellite`, `satell*`, `=US`, `word~1`, `F/A-18`."""
    exact = token.startswith("=")
    text = token.removeprefix("=")
    _refuse_operators(token, text, at)
    if edited := re.fullmatch(r"(.+)~(\d+)", text):
        if exact:
            plain, distance = edited.groups()
            why = f"'=' and '~' do not go together: write ={plain}, or {plain}~{distance}"
            raise QueryError(why, at)
        return _edited(edited[1], number(edited[2], at), at)
    return _term(text, exact=exact, at=at)


def phrase(token: str, at: int) -> Term:
    """Read a phrase in quotes, such as `"a b"`, `="A b"`, `"a b"~4`."""
    exact = token.startswith("=")
    quoted, _, slop = token.removeprefix("=").rpartition('"')
    gap = number(slop[1:], at) if slop else 0
    if gap > MOST_BETWEEN:
        raise QueryError(f"'~{gap}' is too wide: at most {MOST_BETWEEN} words", at)
    term = _term(quoted[1:].strip(), exact=exact, at=at, slop=gap)
    if gap and len(split(marked(term.text))) == 1:
        is_plain = not (exact or term.wildcard)
        way_out = f"write {term.text}~1 for other letters" if is_plain else f"remove '~{gap}'"
        raise QueryError(f"'~{gap}' after a quote is a gap between words: {way_out}", at)
    return term


def regex(token: str, at: int) -> Regex:
    """Read `/pattern/flags`; the only flag is `i`."""
    pattern, _, flags = token[1:].rpartition("/")
    if flags not in {"", "i"}:
        raise QueryError(f"unknown flag '{flags}' after '/': only 'i' (any case) is known", at)
    try:
        finder(pattern, ignore_case=flags == "i")
    except ValueError as error:
        raise QueryError(f"not a regular expression of RE2: {error}", at) from error
    return Regex(pattern=pattern, ignore_case=flags == "i")


def fact(token: str, at: int) -> Fact:
    """Read a fact, such as `lang:uk`, `site:*.example.org`, `published:>2026-01-01`, `age:<2d`."""
    parts = _FACT.fullmatch(token)
    if parts is None:
        raise QueryError(f"'{token}' is no fact", at)
    name, sign, value = parts[1], parts[2] or "=", parts[3].strip('"')
    if name == "lang":
        value = value.replace("_", "-")  # both are written; BCP 47 knows the hyphen alone
    told = Fact(name=name, value=value, comparison=cast("Comparison", sign))
    if not value:
        raise QueryError(f"'{name}:' needs a value", at)
    if name == "site" and "/" in value:
        host = value.rpartition("//")[2].partition("/")[0]
        raise QueryError(f"a site is a host without '/': write site:{host or 'example.org'}", at)
    if name == "age":
        ages(told, at)
    elif name == "published":
        moments(told, at)
    elif sign != "=":
        raise QueryError(f"'{name}:' knows no '{sign}': only 'published:' and 'age:' do", at)
    return told


def number(digits: str, at: int) -> int:
    """Read a number of a few digits."""
    if len(digits) > _MOST_DIGITS:
        raise QueryError(f"{digits[:12]} is too large a number", at)
    return int(digits)


def ages(fact: Fact, at: int = 0) -> tuple[timedelta, timedelta]:
    """Tell from which age on, and below which, `age:<2d` holds: `90s`, `5m`, `36h`, `2d`, `2w`.

    Raises:
        QueryError: It is no span of time; `at` is told as the place.
    """
    parts = _DURATION.fullmatch(fact.value)
    if parts is None:
        raise QueryError(f"'{fact.value}' is no span of time: write 36h, 2d or 2w", at)
    span = timedelta(**{_UNITS[parts[2]]: int(parts[1])})
    return _range(fact.comparison, (span, span + _FINEST), (timedelta(0), timedelta.max))


def moments(fact: Fact, at: int = 0) -> tuple[datetime, datetime]:
    """Tell from when on, and before when, `published:>2026-01-01` holds.

    It names a day or a moment (ISO 8601), in UTC unless it says otherwise.

    Raises:
        QueryError: It is no date; `at` is told as the place.
    """
    try:
        start = datetime.fromisoformat(fact.value)
        start = start.replace(tzinfo=start.tzinfo or UTC)
        is_day = len(fact.value) <= len("2026-01-31")
        end = start + (timedelta(days=1) if is_day else _FINEST)
    except ValueError as error:
        raise QueryError(f"'{fact.value}' is no date: write 2026-01-31", at) from error
    except OverflowError as error:
        raise QueryError(f"'{fact.value}' is too late: write 9999-12-30 or earlier", at) from error
    earliest, latest = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return _range(fact.comparison, (start, end), (earliest, latest))


def compared(fact: Fact) -> str:
    """Tell by what the value of a fact of texts is compared: folded; a site's host, readable."""
    if fact.name == "site":
        return readable_host(fact.value).removeprefix("www.")
    return fold(fact.value)


def _range(
    comparison: Comparison, told: tuple[_When, _When], all_of: tuple[_When, _When]
) -> tuple[_When, _When]:
    (start, end), (least, most) = told, all_of
    match comparison:
        case ">":
            return end, most
        case ">=":
            return start, most
        case "<":
            return least, start
        case "<=":
            return least, end
        case _:
            return start, end


def _refuse_operators(token: str, text: str, at: int) -> None:
    if _WORD_OF_OPERATOR.fullmatch(token):
        raise QueryError(_operator_advice(token), at)
    if token in {"-", "="}:
        raise lone_sign(token, at)
    if token.startswith("$"):
        raise QueryError("expected a name right after '$': that of an actor or a concept", at)
    if text.startswith("$"):
        raise QueryError("'=' does not go with '$': write '=' in the list of names", at)
    if prefixed := _PREFIXED.fullmatch(text):
        raise QueryError(_prefix_advice(prefixed[1], prefixed[2], exact=token != text), at)


def _operator_advice(token: str) -> str:
    name = token.split("/", maxsplit=1)[0]
    if name in {"NEAR", "ONEAR"}:
        return f"'{token}' needs a number of words: {name}/5 ({name}/s: the same sentence)"
    if name in {"FIRST", "ATLEAST"}:
        return f"'{token}' needs a number and brackets: {name}/3(word)"
    return f"'{token}' is an operator: put it in quotes to look for the word"


def _prefix_advice(name: str, value: str, *, exact: bool) -> str:
    known = (*FIELDS, *FACT_NAMES)
    if name not in known:
        return f"unknown field '{name}:'{did_you_mean(name, known)}; put addresses in quotes"
    if exact:
        return f"'=' stands before the word: {name}:={value or 'word'}"
    if name in FIELDS:
        return f"'{name}:' stands right before a word, a phrase or '(', with no blank between"
    either = f"{name}:a OR {name}:b"
    return f"'{name}:' stands right before one value, with no blank between: write {either}"


def _term(text: str, *, exact: bool, at: int, slop: int = 0) -> Term:
    _check_words(text, at)
    sign = next((sign for sign in "*?" if sign in text), "")
    if exact and sign:
        raise QueryError(f"'=' and '{sign}' do not go together: remove one of them", at)
    if sign:
        _check_stars(text, at)
    return Term(text=text, exact=exact, wildcard=bool(sign), slop=slop, at=at)


def _edited(text: str, edits: int, at: int) -> Term:
    if edits not in _FEWEST_LETTERS:
        raise QueryError(f"'~{edits}' is no distance: write ~1 or ~2", at)
    if len(split(text)) != 1 or any(sign in text for sign in "*?"):
        raise QueryError("'~' goes with one plain word, or with a phrase in quotes", at)
    if sum(map(_letters, split(text))) < _FEWEST_LETTERS[edits]:
        raise QueryError(f"'~{edits}' needs a word of {_FEWEST_LETTERS[edits]} letters", at)
    return Term(text=text, edits=edits, at=at)


def _check_words(text: str, at: int) -> None:
    words = split(text)
    if not words:
        raise QueryError(f"expected a word, found '{text}'", at)
    spaced = [word for word in words if not is_unspaced(word)]
    if len(spaced) > MOST_WORDS:
        raise QueryError(f"a phrase of {len(spaced)} words is too long: at most {MOST_WORDS}", at)
    if len(words) > MOST_LETTERS_UNSPACED:
        raise QueryError(
            f"a phrase of {len(words)} letters is too long: at most {MOST_LETTERS_UNSPACED}", at
        )
    if max(map(len, words)) > LONGEST_WORD:
        raise QueryError(f"a word is longer than {LONGEST_WORD} letters", at)


def _check_stars(text: str, at: int) -> None:
    for word in split(marked(text)):
        shown = word.replace(ANY, "*").replace(ONE, "?")
        if ANY in word and _letters(word) < _FEWEST_BESIDE_STAR:
            why = f"'{shown}' needs {_FEWEST_BESIDE_STAR} letters beside '*'"
            raise QueryError(f"{why}: write more of the word, or remove '*'", at)


def _letters(word: str) -> int:
    """Count the letters that a word is compared by."""
    return len(fold(word).translate(_NO_LETTERS))
