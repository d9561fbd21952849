"""One item, read once: its words, and where in it the numbers of terms are."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from watcher.match.lexicon import NOTHING, Lexicon, Table, Word
from watcher.models import Evidence, Item
from watcher.nodes import FIELDS, Field
from watcher.text.tokens import HYPHENS, edges, pieces

Place = tuple[int, int, int]
"""(index of the field in `FIELDS`, first word, last word)."""
Mark = tuple[int, int, int, str]
"""A place of a positive term: index of the field, start, end (code points), the term."""
Marks = dict[Mark, Evidence]
Places = Mapping[int, Sequence[Place]]

MOST_WORDS = 120_000
"""So many words of a field are read; only hostile texts have more."""
MOST_JOINED = 3
"""So many parts of a hyphened word of a text are tried as one."""

_HYPHEN = re.compile(f"[{HYPHENS}]")
_SENTENCE_END = re.compile(r"[.!?…؟]+(?=\s|$)|[。！？]+")
_PARAGRAPH_END = re.compile(
    r"\n[^\S\n]*\n\s*|\u2029|</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section)\b[^<>]*>"
)


class Text:
    """One field of an item; what only few topics ask for is made when asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._pieces = pieces(text)[: 2 * MOST_WORDS]
        self.words = self._pieces[1::2]

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
        gaps, words = self._pieces[2::2], self.words
        for first in [at for at, gap in enumerate(gaps) if gap in HYPHENS and gap]:
            for last in range(first + 1, min(first + MOST_JOINED, len(words))):
                if not (gaps[last - 1] and gaps[last - 1] in HYPHENS):
                    break
                yield first, last, "".join(words[first : last + 1])


class View:
    """What was found in some fields of an item."""

    __slots__ = ("_fields", "item", "places", "reading", "told")

    def __init__(
        self, reading: "Reading", fields: tuple[Field, ...], places: Places, told: "Told"
    ) -> None:
        self.reading = reading
        self.item = reading.item
        self.places = places
        self.told = told
        self._fields = fields

    def texts(self) -> Iterator[tuple[int, Text]]:
        """The texts of these fields that are not empty, by the index of the field."""
        for index, text in self.reading.texts.items():
            if FIELDS[index] in self._fields:
                yield index, text

    def within(self, fields: tuple[Field, ...]) -> "View":
        """See only what is in `fields`, of all that was read."""
        return self.reading.view(fields)


class Told(dict[int, Marks]):
    """The evidence of numbers; made once, as topics share it."""

    def __init__(self, texts: Mapping[int, Text], places: Places, labels: Sequence[str]) -> None:
        super().__init__()
        self._texts = texts
        self._places = places
        self._labels = labels

    def __missing__(self, number: int) -> Marks:
        term = self._labels[number]
        marks: Marks = {}
        for index, first, last in self._places[number]:
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
        self.texts = {
            index: Text(text)
            for index, field in enumerate(FIELDS)
            if field in fields and (text := getattr(item, field))
        }
        places: dict[int, list[Place]] = {}
        table = lexicon.table_for(item)
        for index, text in self.texts.items():
            _scan(index, text, table, lexicon, places)
        self._places = places
        self._labels = lexicon.labels
        self._found = {fields: (places, Told(self.texts, places, self._labels))}

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
        found = self._found.get(fields)
        if found is None:
            wanted = {FIELDS.index(field) for field in fields}
            places = {
                number: inside
                for number, found_at in self._places.items()
                if (inside := [place for place in found_at if place[0] in wanted])
            }
            found = self._found[fields] = (places, Told(self.texts, places, self._labels))
        return View(self, fields, *found)


def _scan(
    index: int, text: Text, table: Table, lexicon: Lexicon, places: dict[int, list[Place]]
) -> None:
    """Note the place of each term in a field."""
    words = [*map(table.__getitem__, text.words), NOTHING]
    strange = lexicon.steps.keys().isdisjoint
    begun: list[tuple[int, int, Word]] = []
    for at, (singles, _, starts) in enumerate(words):
        for number in singles:
            if number in places:
                places[number].append((index, at, at))
            else:
                places[number] = [(index, at, at)]
        # In most texts no phrase begins with these two words.
        if starts and (after := words[at + 1].atoms) and not strange(product(starts, after)):
            begun.append((at, at, words[at]))
    compounds = _compounds(text, table)
    for first, ends in compounds.items():
        if first:
            begun.append((first - 1, first - 1, words[first - 1]))
        for last, word in ends:
            begun.append((first, last, word))
            for number in word.singles:
                places.setdefault(number, []).append((index, first, last))
    for first, last, word in dict.fromkeys(begun):
        _follow((index, first, last), word, words, compounds, lexicon, places)


def _compounds(text: Text, table: Table) -> dict[int, list[tuple[int, Word]]]:
    """Look up hyphened words as one: by their first word, their last and what they are."""
    compounds: dict[int, list[tuple[int, Word]]] = {}
    for first, last, surface in text.joined():
        if (word := table[surface]) is not NOTHING:
            compounds.setdefault(first, []).append((last, word))
    return compounds


def _follow(
    begun: Place,
    word: Word,
    words: Sequence[Word],
    compounds: Mapping[int, Sequence[tuple[int, Word]]],
    lexicon: Lexicon,
    places: dict[int, list[Place]],
) -> None:
    """Follow the phrases that begin with `word`, and note those that are whole."""
    index, first, last = begun
    steps = lexicon.steps
    paths = [(last + 1, start) for start in word.starts]
    while paths:
        at, path = paths.pop()
        following = [(at, words[at]), *compounds[at]] if at in compounds else ((at, words[at]),)
        for end, (_, atoms, _) in following:
            for atom in atoms:
                further = steps.get((path, atom))
                if further is not None:
                    paths.append((end + 1, further))
                    for number in lexicon.phrases_at(further):
                        places.setdefault(number, []).append((index, first, end))
