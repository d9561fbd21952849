"""Which terms a word of a text belongs to: one look-up for each form that was seen before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, product

from watcher.match.patterns import Patterns
from watcher.models import Item
from watcher.nodes import Term
from watcher.query.terms import LONGEST_WORD
from watcher.text.affixes import cores
from watcher.text.fold import fold, letter_by_letter, plain, writings
from watcher.text.languages import languages_of
from watcher.text.lemmas import Inflector, Key
from watcher.text.tokens import ANY, ONE, joints, marked, spans

MOST_JOINTS = 3
"""So many hyphens of a term may be missing in the text."""

MOST_INFLECTED = 10_000
"""So many different words of a field are inflected: it takes a while, and few texts have more."""

MOST_LOOKED_UP = 80_000
"""So often a word not met before is looked up in a language for items matched together."""

NOTHING = 0
"""The number of a word that no term has."""

_MOST_FORMS = 65_536
_CLOSED = "+"
"""Stands before what no term has as a word, as a gap of it was closed."""


class Lexicon:
    """The words of all terms, numbered; phrases as paths of numbers.

    A number stands for one word of terms (whatever forms it is met in) or for one place on the
    path of a phrase; the place after its first word is that word.
    """

    def __init__(self, languages: Iterable[str]) -> None:
        self.inflector = Inflector(tuple(languages))
        self.after: list[dict[int, int] | None] = [None]
        """Place on a path → number of the next word → the next place; most end there."""
        self.labels: list[str] = [""]
        """The term that each number is found for."""
        self.others: dict[int, tuple[int, ...]] = {}
        """Further numbers of the words of a number: those of terms that are written otherwise."""
        self.typed: set[int] = set()
        """Numbers of words that are found only as they are typed."""
        self._found: dict[Term, tuple[int, ...]] = {}
        self._atoms: dict[str, int] = {}
        self._by_key: dict[str | Key, tuple[int, ...]] = {}
        self._patterns = Patterns()
        self._is_phrase = bytearray(1)
        """Whether each number is that of a whole phrase; a number is a place in here."""
        self._tables: dict[tuple[str, ...], Table] = {}
        self._lemmas = lru_cache(_MOST_FORMS // 2)(self.inflector.text_keys)
        self.begin()

    def begin(self) -> None:
        """Begin to read items together: look-ups are counted anew."""
        self.lookups_left = MOST_LOOKED_UP

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
        others = self.others.get(number, ())
        for other in others:
            if self.labels[other] == text:
                return other
        other = self._next()
        self.labels[other] = text
        self._is_phrase[other] = self._is_phrase[number]
        self.others[number] = (*others, other)
        return other

    def words(self, term: Term) -> list[tuple[int, ...]]:
        """Number the words of `term`, as terms of their own, for each way to write it."""
        ways = [tuple(self._number((word,)) for word in words) for words in _spellings(term)]
        self._forget_texts()
        return ways

    def is_phrase(self, number: int) -> bool:
        """Tell whether `number` is that of a whole phrase: the place where its path ends."""
        return bool(self._is_phrase[number])

    def _forget_texts(self) -> None:
        for table in self._tables.values():
            table.forget()

    def table_for(self, item: Item) -> "Table":
        """Give what words mean in the languages of `item`."""
        return self.table(self._languages_of(item))

    def table(self, languages: tuple[str, ...]) -> "Table":
        """Give what words mean in these languages, or uninflected where there are none."""
        table = self._tables.get(languages)
        if table is None:
            table = self._tables[languages] = Table(self, languages)
        elif len(table) > _MOST_FORMS:
            table.forget()
        return table

    def _languages_of(self, item: Item) -> tuple[str, ...]:
        if not self.inflector.languages:
            return ()
        text = item.summary or item.content
        return languages_of(item.language, item.title, text, self.inflector)

    def read(self, surface: str, languages: tuple[str, ...]) -> tuple[int, ...]:
        """Number the words of terms that a word of a text belongs to."""
        numbers: list[int] = []
        for core in cores(surface):
            folded = fold(core)
            lemmas = self._lemmas(core, languages) if languages else ()
            for key in (folded, "=" + plain(core), *lemmas):
                numbers += self._by_key.get(key, ())
            numbers += self._patterns.numbers(folded)
            if letters := letter_by_letter(core):  # `stra?e` and *straße*
                numbers += self._patterns.numbers(letters)
        return tuple(dict.fromkeys(numbers))

    def exactly(self, surface: str) -> tuple[int, ...]:
        """Number the words of terms that are written so, or but for case and accents."""
        keys = (fold(surface), "=" + plain(surface))
        return tuple(number for key in keys for number in self._by_key.get(key, ()))

    def _number(self, spelling: tuple[str, ...]) -> int:
        place, *others = map(self._atom, spelling)
        for number in others:
            after = self.after[place]
            if after is None:
                after = self.after[place] = {}
            place = after.get(number) or after.setdefault(number, self._next())
        self._is_phrase[place] = bool(others)
        return place

    def _atom(self, written: str) -> int:
        """Number a word as a term writes it: `word`, `=Word`, `wom?n`, `word~1`, `+closed`."""
        if not (self.inflector.languages or written.startswith("=")):
            # only the rules of inflection look at capitals, and at what was closed
            written = fold(written.removeprefix(_CLOSED))
        number = self._atoms.get(written)
        if number is None:
            number = self._atoms[written] = self._next()
            self._register(written, number)
        return number

    def _register(self, written: str, number: int) -> None:
        word, _, edits = written.removeprefix(_CLOSED).partition("~")
        if ANY in word or ONE in word:
            self._patterns.add_wildcard(fold(word), number)
        elif edits:
            self._patterns.add_edited(fold(word), int(edits), number)
        elif word.startswith("="):
            self.typed.add(number)
            self._by_key[word] = (*self._by_key.get(word, ()), number)
        else:
            is_closed = written.startswith(_CLOSED)
            forms = self.inflector.term_keys(word, name=True, is_closed=is_closed)
            keys: list[str | Key] = [fold(word), *forms]
            for key in keys:
                self._by_key[key] = (*self._by_key.get(key, ()), number)
            if _is_korean(word):
                self._patterns.add_beginning(fold(word), number)

    def _next(self) -> int:
        self._is_phrase.append(0)
        self.labels.append("")
        self.after.append(None)
        return len(self._is_phrase) - 1


class Table(dict[str, int]):
    """The number of each form of a word in one language; filled as forms are met."""

    def __init__(self, lexicon: Lexicon, languages: tuple[str, ...]) -> None:
        super().__init__()
        self._lexicon = lexicon
        self._languages = languages
        self._cost = max(len(languages), 1)
        """How many look-ups a word takes."""
        self._together: dict[tuple[int, ...], int] = {}
        self.several: dict[int, tuple[int, ...]] = {}
        """What numbers below zero stand for: forms that belong to several words."""

    def __missing__(self, surface: str) -> int:
        self._lexicon.lookups_left -= self._cost
        if len(surface) > LONGEST_WORD:
            return NOTHING  # no term has so long a word
        number = self[surface] = self._one_for(self._lexicon.read(surface, self._languages))
        return number

    def _one_for(self, numbers: tuple[int, ...]) -> int:
        if len(numbers) < 2:
            return numbers[0] if numbers else NOTHING
        number = self._together.setdefault(numbers, ~len(self.several))
        self.several[number] = numbers
        return number

    def numbers_of(self, words: Sequence[str]) -> Iterable[int]:
        """Number each word; of very many different ones only the first are inflected."""
        left = self._lexicon.lookups_left
        if len(words) <= MOST_INFLECTED and len(words) * self._cost <= left:
            return map(self.__getitem__, words)
        plain = self._lexicon.table(()) if self._languages else self
        first = list(islice(dict.fromkeys(words), MOST_INFLECTED))
        new = [word for word in first if word not in self]
        read = set(first).difference(new[max(left, 0) // self._cost :])
        return [self[word] if word in read else self._as_written(word, plain) for word in words]

    def _as_written(self, surface: str, plain: "Table") -> int:
        """Number a word without inflection; when too many were, without wildcards either."""
        if self._lexicon.lookups_left <= 0 and surface not in plain:
            return self._one_for(self._lexicon.exactly(surface))
        return self._one_for(plain.numbers(surface))

    def numbers(self, surface: str) -> tuple[int, ...]:
        """Number all words of terms that a form belongs to."""
        number = self[surface]
        return self.several.get(number, (number,)) if number != NOTHING else ()

    def joined(self, surface: str) -> Iterator[int]:
        """Number the words of terms that a hyphened word belongs to when it is read as one."""
        typed = self._lexicon.typed
        return (number for number in self.numbers(surface) if number not in typed)

    def forget(self) -> None:
        """Forget all forms; texts that were read keep what they were read with."""
        self.clear()
        self._together = {}
        self.several = {}


def _written(term: Term) -> list[str]:
    """Write each word of `term` so that its spelling tells how it is looked for."""
    text = marked(term.text) if term.wildcard else term.text
    words = [text[start:end] for start, end in spans(text)]
    if term.exact:
        return ["=" + plain(word) for word in words]
    if term.edits:
        return [f"{words[0]}~{term.edits}"]
    return [plain(word) for word in words]


def _spellings(term: Term) -> Iterator[tuple[str, ...]]:
    """List `term` as sequences of words, for each way to write its letters."""
    for text in writings(term.text):
        yield from _closed(term if text == term.text else replace(term, text=text))


def _closed(term: Term) -> Iterator[tuple[str, ...]]:
    """List `term` as sequences of words: `a-b` and `"a b"` may stand as `ab`, too."""
    words = _written(term)
    text = marked(term.text) if term.wildcard else term.text
    places = [] if term.exact else joints(text)[:MOST_JOINTS]
    for closed in product((False, True), repeat=len(places)):
        missing = {place for place, is_closed in zip(places, closed, strict=True) if is_closed}
        yield _join(words, missing)


def _join(words: list[str], missing: set[int]) -> tuple[str, ...]:
    joined = [words[0]]
    for at, word in enumerate(words[1:]):
        if at in missing:
            joined[-1] = _CLOSED + joined[-1].removeprefix(_CLOSED) + word
        else:
            joined.append(word)
    return tuple(joined)


def _is_korean(word: str) -> bool:
    return any("\uac00" <= letter <= "\ud7a3" for letter in fold(word))
