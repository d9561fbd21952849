"""One item, read once: its words, and where in it the numbers of terms are."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, islice

from watcher.match.lexicon import NOTHING, Lexicon
from watcher.models import Evidence, Item
from watcher.nodes import FIELDS, Field
from watcher.text.tokens import HYPHENS, JOINERS, edges, is_hyphen, pieces

Place = tuple[int, int, int]
"""(index of the field in `FIELDS`, first word, last word)."""
Mark = tuple[int, int, int, str]
"""A place of a positive term: index of the field, start, end (code points), the term."""
Marks = dict[Mark, Evidence]
Readings = dict[int, list[tuple[int, int]]]
"""Where a word can be read in several ways: each way's last word and number."""

# What is counted here, only hostile texts have more of.
MOST_WORDS = 100_000
"""So many words of a field are read."""
MOST_HYPHENED = 10_000
"""So many hyphened words of a field are tried as one word, too."""
MOST_JOINED = 3
"""So many parts of a hyphened word of a text are tried as one."""
MOST_TOLD = 1_000
"""So many places of a term are evidence."""

_SENTENCE_END = re.compile(rf"(?<![.!?…؟])[.!?…؟]++(?=[{JOINERS}]*+(?:\s|$))|[。！？]+")
"""A run of dots is tried once, from its start: pages of contents have very long ones."""
_PARAGRAPH_END = re.compile(
    r"(?:\r\n?+|\n)[^\S\r\n]*+[\r\n]\s*|\u2029"
    r"|</?(?i:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section)\b[^<>]*>"
)


class Text:
    """One field of an item; what only few topics ask for is made when asked for."""

    def __init__(self, index: int, text: str, begin: int) -> None:
        self.index = index
        self.text = text
        self.begin = begin
        """How many words of the item come before it, one that parts fields after each."""
        self._pieces = pieces(text)[: 2 * MOST_WORDS]
        self.words = self._pieces[1::2]

    def has(self, word: int) -> bool:
        """Tell whether a word of the item is one of its own."""
        return self.begin <= word < self.begin + len(self.words)

    @cached_property
    def edges(self) -> list[int]:
        """Where words start (every other number from the first on) and end, in code points."""
        return edges(self._pieces)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word starts and ends, in code points."""
        return list(zip(self.edges[::2], self.edges[1::2], strict=False))

    @cached_property
    def sentences(self) -> list[int]:
        """The number of the sentence of each word; a paragraph ends its last sentence."""
        return self._parts(_SENTENCE_END, _PARAGRAPH_END)

    @cached_property
    def paragraphs(self) -> list[int]:
        """The number of the paragraph of each word."""
        return self._parts(_PARAGRAPH_END)

    def _parts(self, *ends: re.Pattern[str]) -> list[int]:
        places = sorted(found.end() for end in ends for found in end.finditer(self.text))
        return [bisect_right(places, start) for start, _ in self.spans]

    def joined(self) -> Iterator[tuple[int, int, str]]:
        """List hyphened words as one: first word, last word, the letters of all."""
        if not any(map(self.text.__contains__, HYPHENS)):
            return
        gaps, words = self._pieces[2::2], self.words
        for first in [at for at, gap in enumerate(gaps) if gap != " " and is_hyphen(gap)]:
            for last in range(first + 1, min(first + MOST_JOINED, len(words))):
                if not is_hyphen(gaps[last - 1]):
                    break
                yield first, last, "".join(words[first : last + 1])


class Words:
    """The words of all fields in one row, as the numbers of a lexicon."""

    def __init__(self, item: Item, fields: Container[Field], lexicon: Lexicon) -> None:
        table = lexicon.table_for(item)
        self._several = table.several
        self._numbers: list[int] = []
        self.texts: dict[int, Text] = {}
        for index, field in enumerate(FIELDS):
            if field in fields and (given := getattr(item, field)):
                text = self.texts[index] = Text(index, given, len(self._numbers))
                self._numbers.extend(table.numbers_of(text.words))
                self._numbers.append(NOTHING)
        self._further: list[tuple[int, int, int]] = []
        """(number, first word, last word) of all that is no word with one number: other ways to
        read a word, hyphened words as one, phrases."""
        self.found = set(self._numbers)
        """The numbers of the words and phrases in all fields, and some that no term has."""
        readings = self._readings()
        for text in self.texts.values():
            for start, end, surface in islice(text.joined(), MOST_HYPHENED):
                first, last = text.begin + start, text.begin + end
                for number in table.joined(surface):
                    ways = readings.setdefault(first, [(first, self._numbers[first])])
                    ways.append((last, number))
                    self._further.append((number, first, last))
        if readings:
            self._further += _phrases_read(self._numbers, readings, lexicon)
        else:
            self._further += _phrases(self._numbers, lexicon)
        self.found.update([number for number, _, _ in self._further])
        self._others: dict[int, tuple[int, ...]] = {}
        """What other terms call the same words, where they write them otherwise."""
        others = lexicon.others
        if not others.keys().isdisjoint(self.found):
            self._others = {number: others[number] for number in others.keys() & self.found}
            self.found.update(*self._others.values())

    def _readings(self) -> Readings:
        """List the words that belong to several words of terms."""
        ambiguous = self._several.keys() & self.found
        if not ambiguous:
            return {}
        readings = {
            at: [(at, number) for number in self._several[word]]
            for at, word in enumerate(self._numbers)
            if word in ambiguous
        }
        self._further += [(number, at, at) for ways in readings.values() for at, number in ways]
        self.found -= ambiguous
        return readings

    def found_in(self, texts: Iterable[Text]) -> set[int]:
        """Tell what is in some of the fields: numbers, and some that no term has."""
        found: set[int] = set()
        for text in texts:
            found.update(self._in(text))
            found.update([number for number, first, _ in self._further if text.has(first)])
        return found.union(*[self._others[number] for number in self._others.keys() & found])

    def places(self, texts: Iterable[Text], wanted: set[int]) -> dict[int, list[Place]]:
        """Tell where in `texts` each number is that is wanted."""
        places: defaultdict[int, list[Place]] = defaultdict(list)
        shared = [number for number, its in self._others.items() if not wanted.isdisjoint(its)]
        sought = wanted.union(shared)
        further = [place for place in self._further if place[0] in sought]
        for text in texts:
            index, begin = text.index, text.begin
            for at, word in enumerate(self._in(text)):
                if word in sought:
                    places[word].append((index, at, at))
            for number, first, last in further:
                if text.has(first):
                    places[number].append((index, first - begin, last - begin))
        for number in {number for number, _, _ in further}:
            places[number].sort()
        for number in shared:
            places.update(dict.fromkeys(self._others[number], places[number]))
        return places

    def _in(self, text: Text) -> list[int]:
        return self._numbers[text.begin : text.begin + len(text.words)]


def _phrases(words: Sequence[int], lexicon: Lexicon) -> list[tuple[int, int, int]]:
    """Find phrases: the number of each, its first word and its last."""
    after = lexicon.after
    found: list[tuple[int, int, int]] = []
    for first in compress(range(len(words)), map(after.__getitem__, words)):
        last, place = first, words[first]
        while nexts := after[place]:
            last += 1
            place = nexts.get(words[last], NOTHING)
            if place and lexicon.is_phrase(place):
                found.append((place, first, last))
    return found


def _phrases_read(
    words: Sequence[int], readings: Readings, lexicon: Lexicon
) -> Iterator[tuple[int, int, int]]:
    """Find them where words can be read in several ways."""
    after = lexicon.after
    begun = [at for at, word in enumerate(words) if word > NOTHING and after[word]]
    for first in sorted({*begun, *readings}):
        paths: Iterable[tuple[int, int]] = readings.get(first) or ((first, words[first]),)
        while paths:
            further: dict[tuple[int, int], None] = {}
            for end, place in paths:
                nexts = after[place] or {}
                for last, number in readings.get(end + 1) or ((end + 1, words[end + 1]),):
                    if number in nexts:
                        further[last, nexts[number]] = None
            for last, place in further:
                if lexicon.is_phrase(place):
                    yield place, first, last
            paths = further


class Found:
    """What was found in some fields, those that are not empty."""

    def __init__(self, words: Words, texts: Sequence[Text], numbers: set[int]) -> None:
        self._words = words
        self.texts = texts
        self.numbers = numbers

    @cached_property
    def places(self) -> dict[int, list[Place]]:
        """Where the numbers are: of most items, nobody asks."""
        return self._words.places(self.texts, self.numbers - {NOTHING})

    def places_of(self, wanted: set[int]) -> Mapping[int, Sequence[Place]]:
        """Tell where these numbers are."""
        return self._words.places(self.texts, wanted)


class View:
    """What some fields of an item hold for clauses."""

    __slots__ = ("_found", "found", "item", "reading", "texts", "told")

    def __init__(self, reading: "Reading", found: Found, told: "Told") -> None:
        self.reading = reading
        self.item = reading.item
        self.texts = found.texts
        self.found = found.numbers
        self.told = told
        self._found = found

    @property
    def places(self) -> Mapping[int, Sequence[Place]]:
        """Where the numbers are that were found."""
        return self._found.places

    def within(self, fields: tuple[Field, ...]) -> "View":
        """See only what is in `fields`, of all that was read."""
        return self.reading.view(fields)


class Told(dict[int, Marks]):
    """The evidence of numbers; made once, as topics share it."""

    def __init__(self, texts: Mapping[int, Text], found: Found, labels: Sequence[str]) -> None:
        super().__init__()
        self._texts = texts
        self._found = found
        self._labels = labels
        self.wanted: set[int] = set()
        """Numbers that will be asked for, if one is: all these are made then."""
        self.of_terms: dict[frozenset[int], tuple[Evidence, ...]] = {}
        """What was listed of several numbers."""

    def __missing__(self, number: int) -> Marks:
        if self.wanted:
            wanted, self.wanted = self.wanted, set()
            for some, places in self._found.places_of(wanted).items():
                self[some] = self._marks(places, self._labels[some])
            return self[number]
        marks = self[number] = self._marks(self._found.places[number], self._labels[number])
        return marks

    def _marks(self, places: Sequence[Place], term: str) -> Marks:
        marks: Marks = {}
        for index, first, last in places[:MOST_TOLD]:
            text = self._texts[index]
            edges = text.edges
            start, end = edges[2 * first], edges[2 * last + 1]
            marks[index, start, end, term] = Evidence(
                FIELDS[index], start, end, text.text[start:end], term
            )
        return marks


class Reading:
    """An item held against the words of a lexicon.

    It holds no `View`, which holds it: what goes round in circles waits for the collector.
    """

    def __init__(self, item: Item, lexicon: Lexicon, fields: tuple[Field, ...]) -> None:
        self.item = item
        self._words = Words(item, fields, lexicon)
        self.texts = self._words.texts
        self._labels = lexicon.labels
        self._found: dict[tuple[Field, ...], tuple[Found, Told]] = {}

    def evidence(self, mark: Mark) -> Evidence:
        """Tell of a place."""
        field, start, end, term = mark
        text = self.texts[field].text[start:end]
        return Evidence(FIELDS[field], start, end, text, term)

    def mark(self, place: Place, term: str) -> Mark:
        """Tell where in its field a place of `term` is."""
        field, first, last = place
        edges = self.texts[field].edges
        return field, edges[2 * first], edges[2 * last + 1], term

    def view(self, fields: tuple[Field, ...]) -> View:
        """See what was found in `fields`."""
        if fields not in self._found:
            words = self._words
            texts = [text for text in self.texts.values() if FIELDS[text.index] in fields]
            numbers = words.found if len(texts) == len(self.texts) else words.found_in(texts)
            found = Found(words, texts, numbers)
            self._found[fields] = found, Told(self.texts, found, self._labels)
        return View(self, *self._found[fields])
