"""Which terms a word of a text belongs to: one look-up for each form that was seen before."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from watcher.match.patterns import ANY, ONE, Patterns
from watcher.models import Item
from watcher.nodes import Term
from watcher.text.affixes import cores
from watcher.text.fold import fold, plain
from watcher.text.languages import languages_of
from watcher.text.lemmas import Inflector, Key
from watcher.text.tokens import HYPHENS, is_unspaced, spans

LONGEST_WORD = 200
"""Letters; a longer word of a text is none."""
MOST_JOINTS = 3
"""So many hyphens of a term may be missing in the text."""

_MOST_FORMS = 65_536
_MARKED = str.maketrans({"*": ANY, "?": ONE})
_ROOT = 0


class Word(NamedTuple):
    """What a form of a word belongs to."""

    singles: tuple[int, ...]
    """The numbers of terms that are this one word."""
    atoms: tuple[int, ...]
    """Its numbers as a later word of phrases."""
    starts: tuple[int, ...]
    """Where phrases that begin with it stand after it."""


NOTHING = Word((), (), ())
_SINGLE, _INNER, _PHRASE = 1, 2, 4
"""What a number is, added up: a term of one word, a later word of phrases, a whole phrase."""


class Lexicon:
    """The words of all terms, numbered; phrases as paths of numbers.

    A number stands for one word of terms (whatever forms it is met in) or for one phrase.
    """

    def __init__(self, languages: Iterable[str]) -> None:
        self.inflector = Inflector(tuple(languages))
        self.steps: dict[tuple[int, int], int] = {}
        """(place on a path, number of the next word) → the next place."""
        self.labels: list[str] = [""]
        """The term that each number is found for."""
        self._others: dict[int, dict[str, int]] = {}
        """Numbers of the same words in terms that are written otherwise, by their text."""
        self._found: dict[Term, tuple[int, ...]] = {}
        self._atoms: dict[str, int] = {}
        self._by_key: dict[str | Key, tuple[int, ...]] = {}
        self._patterns = Patterns()
        self._kinds = bytearray(1)
        """What each number is; a number is a place in here."""
        self._tables: dict[tuple[str, ...], Table] = {}
        self._lemmas = lru_cache(_MOST_FORMS // 2)(self.inflector.text_keys)

    def find(self, term: Term) -> tuple[int, ...]:
        """Number `term`: where one of these numbers is found in a text, there the term is."""
        numbers = self._found.get(term)
        if numbers is None:
            found = dict.fromkeys(map(self._number, _spellings(term)))
            numbers = self._found[term] = tuple(self._label(number, term.text) for number in found)
            self._forget_texts()
        return numbers

    def _label(self, number: int, text: str) -> int:
        """Give `number` to the first term that has it; to others, written otherwise, new ones."""
        if not self.labels[number]:
            self.labels[number] = text
        if self.labels[number] == text:
            return number
        others = self._others.setdefault(number, {})
        if text not in others:
            others[text] = self._next()
            self.labels[others[text]] = text
            self._kinds[others[text]] = self._kinds[number]
        return others[text]

    def phrases_at(self, place: int) -> tuple[int, ...]:
        """Number the phrases that end at `place`; several are the same words written otherwise."""
        return self._all_of(place) if self.is_phrase(place) else ()

    def _all_of(self, number: int) -> tuple[int, ...]:
        others = self._others.get(number)
        return (number, *others.values()) if others else (number,)

    def words(self, term: Term) -> tuple[int, ...]:
        """Number the words of `term` one by one, as terms of their own."""
        numbers = tuple(self._number((word,)) for word in _written(term))
        self._forget_texts()
        return numbers

    def is_phrase(self, number: int) -> bool:
        """Tell whether `number` is that of a whole phrase: the place where its path ends."""
        return bool(self._kinds[number] & _PHRASE)

    def _forget_texts(self) -> None:
        for table in self._tables.values():
            table.clear()

    def table_for(self, item: Item) -> "Table":
        """Give what words mean in the languages of `item`."""
        languages = self._languages_of(item)
        table = self._tables.get(languages)
        if table is None:
            table = self._tables[languages] = Table(self, languages)
        return table

    def _languages_of(self, item: Item) -> tuple[str, ...]:
        if not self.inflector.languages:
            return ()
        text = item.summary or item.content
        return languages_of(item.language, item.title, text, self.inflector)

    def read(self, surface: str, languages: tuple[str, ...]) -> Word:
        """Tell what a word of a text belongs to."""
        numbers: dict[int, None] = {}
        for core in cores(surface):
            for key in self._keys(core, languages):
                numbers.update(dict.fromkeys(self._by_key.get(key, ())))
            numbers.update(dict.fromkeys(self._patterns.numbers(fold(core))))
        if not numbers:
            return NOTHING
        kinds = self._kinds
        starts = (self.steps.get((_ROOT, number)) for number in numbers)
        return Word(
            singles=tuple(
                same
                for number in numbers
                if kinds[number] & _SINGLE
                for same in self._all_of(number)
            ),
            atoms=tuple(number for number in numbers if kinds[number] & _INNER),
            starts=tuple(start for start in starts if start is not None),
        )

    def _keys(self, core: str, languages: tuple[str, ...]) -> Iterator[str | Key]:
        yield fold(core)
        yield "=" + plain(core)
        if languages:
            yield from self._lemmas(core, languages)

    def _number(self, spelling: tuple[str, ...]) -> int:
        if len(spelling) == 1:
            number = self._atom(spelling[0])
            self._kinds[number] |= _SINGLE
            return number
        place = _ROOT
        for word in spelling:
            number = self._atom(word)
            if place != _ROOT:
                self._kinds[number] |= _INNER
            step = (place, number)
            place = self.steps.get(step) or self.steps.setdefault(step, self._next())
        self._kinds[place] |= _PHRASE
        return place

    def _atom(self, written: str) -> int:
        """Number a word as a term writes it: `word`, `=Word`, `wom?n`, `word~1`."""
        number = self._atoms.get(written)
        if number is None:
            number = self._atoms[written] = self._next()
            self._register(written, number)
        return number

    def _register(self, written: str, number: int) -> None:
        word, _, edits = written.partition("~")
        if ANY in word or ONE in word:
            self._patterns.add_wildcard(fold(word), number)
        elif edits:
            self._patterns.add_edited(fold(word), int(edits), number)
        elif word.startswith("="):
            self._by_key[word] = (*self._by_key.get(word, ()), number)
        else:
            keys: list[str | Key] = [fold(word), *self.inflector.term_keys(word, name=True)]
            for key in keys:
                self._by_key[key] = (*self._by_key.get(key, ()), number)
            if _is_korean(word):
                self._patterns.add_beginning(fold(word), number)

    def _next(self) -> int:
        self._kinds.append(0)
        self.labels.append("")
        return len(self._kinds) - 1


class Table(dict[str, Word]):
    """What forms of words mean in one language; filled as they are met, and bounded."""

    def __init__(self, lexicon: Lexicon, languages: tuple[str, ...]) -> None:
        super().__init__()
        self._lexicon = lexicon
        self._languages = languages

    def __missing__(self, surface: str) -> Word:
        if len(surface) > LONGEST_WORD:
            return NOTHING
        if len(self) >= _MOST_FORMS:
            self.clear()
        word = self[surface] = self._lexicon.read(surface, self._languages)
        return word


def _written(term: Term) -> list[str]:
    """Write each word of `term` so that its spelling tells how it is looked for."""
    text = term.text.translate(_MARKED) if term.wildcard else term.text
    words = [text[start:end] for start, end in spans(text)]
    words = [word for word in words if word != ANY]
    if term.exact:
        return ["=" + plain(word) for word in words]
    if term.edits:
        return [f"{words[0]}~{term.edits}"]
    return [plain(word) for word in words]


def _spellings(term: Term) -> Iterator[tuple[str, ...]]:
    """List `term` as sequences of words: `a-b` and `"a b"` may stand as `ab`, too."""
    words = _written(term)
    joints = [] if term.exact else _joints(term, words)
    for closed in product((False, True), repeat=len(joints)):
        missing = {joint for joint, is_closed in zip(joints, closed, strict=True) if is_closed}
        yield _join(words, missing)


def _joints(term: Term, words: list[str]) -> list[int]:
    """Tell after which words the gap may be missing: at hyphens, or between the only two."""
    places = spans(term.text.translate(_MARKED) if term.wildcard else term.text)
    if len(places) != len(words) or any(map(is_unspaced, words)):
        return []
    gaps = [term.text[end:start] for (_, end), (start, _) in pairwise(places)]
    return [
        at
        for at, gap in enumerate(gaps)
        if (len(gap) == 1 and gap in HYPHENS) or (len(words) == 2 and gap.isspace())
    ][:MOST_JOINTS]


def _join(words: list[str], missing: set[int]) -> tuple[str, ...]:
    joined = [words[0]]
    for at, word in enumerate(words[1:]):
        if at in missing:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def _is_korean(word: str) -> bool:
    return "\uac00" <= fold(word)[:1] <= "\ud7a3"
