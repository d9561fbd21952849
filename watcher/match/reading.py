"""One item, read once: its words, and where in it the numbers of terms are."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from watcher.match.lexicon import Lexicon, Table, Word
from watcher.models import Item
from watcher.nodes import FIELDS, Field
from watcher.text.tokens import HYPHENS, spans, split

Place = tuple[int, int, int]
"""(index of the field in `FIELDS`, first word, last word)."""
Places = Mapping[int, Sequence[Place]]

MOST_JOINED = 3
"""So many parts of a hyphened word of a text are tried as one."""

_SENTENCE_END = re.compile(r"[.!?…؟]+(?=\s|$)|[。！？]+")
_PARAGRAPH_END = re.compile(
    r"\n[^\S\n]*\n\s*|\u2029|</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section)\b[^<>]*>"
)
_HYPHEN = re.compile(f"[{HYPHENS}]")


class Text:
    """One field of an item; what only few topics ask for is made when asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = split(text)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word starts and ends, in code points."""
        return spans(self.text)

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

    def joined(self) -> list[tuple[int, int, str]]:
        """List hyphened words as one: first word, last word, the letters of all."""
        if not _HYPHEN.search(self.text):
            return []
        hyphens = [
            after - before == 1 and self.text[before] in HYPHENS
            for (_, before), (after, _) in pairwise(self.spans)
        ]
        return [
            (first, last, "".join(self.words[first : last + 1]))
            for first in range(len(hyphens))
            for last in range(first + 1, min(first + MOST_JOINED, len(self.words)))
            if all(hyphens[first:last])
        ]


class View:
    """What was found in some fields of an item."""

    __slots__ = ("_fields", "item", "places", "reading")

    def __init__(self, reading: "Reading", fields: tuple[Field, ...], places: Places) -> None:
        self.reading = reading
        self.item = reading.item
        self.places = places
        self._fields = fields

    def texts(self) -> Iterator[tuple[int, Text]]:
        """The texts of these fields that are not empty, by the index of the field."""
        for index, text in self.reading.texts.items():
            if FIELDS[index] in self._fields:
                yield index, text

    def within(self, fields: tuple[Field, ...]) -> "View":
        """See only what is in `fields`, of all that was read."""
        return self.reading.view(fields)


class Reading:
    """An item held against the words of a lexicon."""

    def __init__(self, item: Item, lexicon: Lexicon, fields: tuple[Field, ...]) -> None:
        self.item = item
        self.fields = fields
        self.texts = {
            index: Text(text)
            for index, field in enumerate(FIELDS)
            if field in fields and (text := getattr(item, field))
        }
        self._places: defaultdict[int, list[Place]] = defaultdict(list)
        table = lexicon.table_for(item)
        for index, text in self.texts.items():
            _scan(index, text, table, lexicon, self._places)
        self._views = {fields: View(self, fields, self._places)}

    def view(self, fields: tuple[Field, ...]) -> View:
        """See what was found in `fields`."""
        view = self._views.get(fields)
        if view is None:
            wanted = {FIELDS.index(field) for field in fields}
            places = {
                number: inside
                for number, found in self._places.items()
                if (inside := [place for place in found if place[0] in wanted])
            }
            view = self._views[fields] = View(self, fields, places)
        return view


def _scan(
    index: int,
    text: Text,
    table: Table,
    lexicon: Lexicon,
    places: defaultdict[int, list[Place]],
) -> None:
    known = [
        (first, first, word)
        for first, word in enumerate(map(table.__getitem__, text.words))
        if word
    ]
    for first, last, surface in text.joined():
        word = table[surface]
        if word:
            known.append((first, last, word))
    begins = False
    for first, last, word in known:
        for number in word.singles:
            places[number].append((index, first, last))
        begins = begins or bool(word.starts)
    if begins:
        _follow(index, known, lexicon, places)


def _follow(
    index: int,
    known: Sequence[tuple[int, int, Word]],
    lexicon: Lexicon,
    places: defaultdict[int, list[Place]],
) -> None:
    """Follow each phrase that begins somewhere, word by word."""
    steps, phrases = lexicon.steps, lexicon.phrases
    next_words: defaultdict[int, list[tuple[int, Word]]] = defaultdict(list)
    for first, last, word in known:
        next_words[first].append((last, word))
    for first, last, word in known:
        paths = [(last, start) for start in word.starts]
        while paths:
            at, place = paths.pop()
            for end, following in next_words.get(at + 1, ()):
                for atom in following.atoms:
                    further = steps.get((place, atom))
                    if further is not None:
                        paths.append((end, further))
                        if further in phrases:
                            places[further].append((index, first, end))
