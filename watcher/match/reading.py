"""One item, read once: its words, and where in it the numbers of terms are."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, count, islice

from watcher.match.lexicon import NOTHING, Lexicon, Table
from watcher.models import Evidence, Item
from watcher.nodes import FIELDS, Field
from watcher.text.tokens import HYPHENS, edges, pieces

Place = tuple[int, int, int]
"""(index of the field in `FIELDS`, first word, last word)."""
Mark = tuple[int, int, int, str]
"""A place of a positive term: index of the field, start, end (code points), the term."""
Marks = dict[Mark, Evidence]
Readings = dict[int, list[tuple[int, int]]]
"""Where a word can be read in several ways: each way's last word and number."""

# What is counted here, only hostile texts have more of.
MOST_WORDS = 120_000
"""So many words of a field are read."""
MOST_HYPHENED = 10_000
"""So many hyphened words of a field are tried as one word, too."""
MOST_JOINED = 3
"""So many parts of a hyphened word of a text are tried as one."""
MOST_TOLD = 1_000
"""So many places of a term are evidence."""

_HYPHEN = re.compile(f"[{HYPHENS}]")
_SENTENCE_END = re.compile(r"[.!?…؟]+(?=\s|$)|[。！？]+")
_PARAGRAPH_END = re.compile(
    r"\n[^\S\n]*\n\s*|\u2029|</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section)\b[^<>]*>"
)


class Text:
    """One field of an item; what only few topics ask for is made when asked for."""

    def __init__(self, index: int, text: str, table: Table, lexicon: Lexicon) -> None:
        self.index = index
        self.text = text
        self._pieces = pieces(text)[: 2 * MOST_WORDS]
        self._words = [*table.numbers_of(self._pieces[1::2]), NOTHING]
        self._several = table.several
        self.found = set(self._words)
        """The numbers of the words and phrases in it, and some that no term has."""
        self._longer: dict[int, list[Place]] = {}
        readings = self._readings() if min(self._words) < 0 else {}
        for first, last, surface in islice(self.joined(), MOST_HYPHENED):
            for number in table.numbers(surface):
                readings.setdefault(first, [(first, self._words[first])]).append((last, number))
                self._note(number, first, last)
        for number, first, last in _phrases(self._words, readings, lexicon):
            self._note(number, first, last)

    def _readings(self) -> Readings:
        """List the words that belong to several words of terms."""
        readings: Readings = {}
        for at, word in enumerate(self._words):
            if word < 0:
                readings[at] = [(at, number) for number in self._several[word]]
                self.found.update(self._several[word])
        return readings

    def _note(self, number: int, first: int, last: int) -> None:
        self.found.add(number)
        self._longer.setdefault(number, []).append((self.index, first, last))

    def add_places(self, places: dict[int, list[Place]]) -> None:
        """Add to `places` where each number is."""
        index = self.index
        for at, word in enumerate(self._words):
            if word == NOTHING:
                continue
            for number in self._several[word] if word < 0 else (word,):
                if number in places:
                    places[number].append((index, at, at))
                else:
                    places[number] = [(index, at, at)]
        for number, found in self._longer.items():
            places.setdefault(number, []).extend(found)

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
        if not _HYPHEN.search(self.text):
            return
        gaps, words = self._pieces[2::2], self._pieces[1::2]
        for first in [at for at, gap in enumerate(gaps) if gap in HYPHENS and gap]:
            for last in range(first + 1, min(first + MOST_JOINED, len(words))):
                if not (gaps[last - 1] and gaps[last - 1] in HYPHENS):
                    break
                yield first, last, "".join(words[first : last + 1])


def _phrases(
    words: Sequence[int], readings: Readings, lexicon: Lexicon
) -> Iterator[tuple[int, int, int]]:
    """Find phrases: the number of each, its first word and its last.

    Of most words one look-up tells that no phrase begins with them.
    """
    steps = lexicon.steps
    likely = compress(count(), map(lexicon.begins.__contains__, words))
    begun = {at for at in likely if (words[at], words[at + 1]) in steps}
    begun.update(readings, [at - 1 for at in readings if at])
    paths = [
        (first, end + 1, number)
        for first in sorted(begun, reverse=True)  # taken from the end: in the order of the text
        for end, number in readings.get(first) or ((first, words[first]),)
    ]
    while paths:
        first, at, place = paths.pop()
        for end, number in readings.get(at) or ((at, words[at]),):
            further = steps.get((place, number))
            if further is not None:
                paths.append((first, end + 1, further))
                for phrase in lexicon.phrases_at(further):
                    yield phrase, first, end


class Found:
    """What was found in some fields, those that are not empty."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.texts = texts
        self.numbers: set[int] = set().union(*[text.found for text in texts])

    @cached_property
    def places(self) -> dict[int, list[Place]]:
        """Where the numbers are: of most items, nobody asks."""
        places: dict[int, list[Place]] = {}
        for text in self.texts:
            text.add_places(places)
        return places


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

    def __missing__(self, number: int) -> Marks:
        term = self._labels[number]
        marks: Marks = {}
        for index, first, last in self._found.places[number][:MOST_TOLD]:
            text = self._texts[index]
            edges = text.edges
            start, end = edges[2 * first], edges[2 * last + 1]
            marks[index, start, end, term] = Evidence(
                field=FIELDS[index], start=start, end=end, text=text.text[start:end], term=term
            )
        self[number] = marks
        return marks


class Reading:
    """An item held against the words of a lexicon.

    It holds no `View`, which holds it: what goes round in circles waits for the collector.
    """

    def __init__(self, item: Item, lexicon: Lexicon, fields: tuple[Field, ...]) -> None:
        self.item = item
        table = lexicon.table_for(item)
        self.texts = {
            index: Text(index, text, table, lexicon)
            for index, field in enumerate(FIELDS)
            if field in fields and (text := getattr(item, field))
        }
        self._labels = lexicon.labels
        self._found: dict[tuple[Field, ...], tuple[Found, Told]] = {}

    def evidence(self, mark: Mark) -> Evidence:
        """Tell of a place."""
        field, start, end, term = mark
        text = self.texts[field].text[start:end]
        return Evidence(field=FIELDS[field], start=start, end=end, text=text, term=term)

    def mark(self, place: Place, term: str) -> Mark:
        """Tell where in its field a place of `term` is."""
        field, first, last = place
        edges = self.texts[field].edges
        return field, edges[2 * first], edges[2 * last + 1], term

    def view(self, fields: tuple[Field, ...]) -> View:
        """See what was found in `fields`."""
        if fields not in self._found:
            found = Found([text for text in self.texts.values() if FIELDS[text.index] in fields])
            self._found[fields] = found, Told(self.texts, found, self._labels)
        return View(self, *self._found[fields])
