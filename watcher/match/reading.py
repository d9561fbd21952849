"""One item, read once: its words, and where in it the numbers of terms are."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise, product

from watcher.match.lexicon import Lexicon, Table, Word
from watcher.models import Evidence, Item
from watcher.nodes import FIELDS, Field
from watcher.text.tokens import HYPHENS, spans, split

Place = tuple[int, int, int]
"""(index of the field in `FIELDS`, first word, last word)."""
Mark = tuple[int, int, int, str]
"""A place of a positive term: index of the field, start, end (code points), the term."""
Places = Mapping[int, Sequence[Place]]

MOST_WORDS = 200_000
"""So many words of a field are read; only hostile texts have more."""
MOST_JOINED = 3
"""So many parts of a hyphened word of a text are tried as one."""

_SENTENCE_END = re.compile(r"[.!?…؟]+(?=\s|$)|[。！？]+")
_PARAGRAPH_END = re.compile(
    r"\n[^\S\n]*\n\s*|\u2029|</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section)\b[^<>]*>"
)


class Text:
    """One field of an item; what only few topics ask for is made when asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = split(text)[:MOST_WORDS]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word starts and ends, in code points."""
        return spans(self.text)[:MOST_WORDS]

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

    def hyphened(self) -> list[str]:
        """List the letters of hyphened words as one, quickly: most texts have few."""
        if not any(hyphen in self.text for hyphen in HYPHENS):
            return []
        chunks = [chunk for chunk in self.text.split() if any(sign in chunk for sign in HYPHENS)]
        return [surface for chunk in chunks for _, _, surface in joined(chunk, spans(chunk))]


def joined(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """List hyphened words as one: first word, last word, the letters of all."""
    hyphens = [
        after - before == 1 and text[before] in HYPHENS
        for (_, before), (after, _) in pairwise(places)
    ]
    words = [text[start:end] for start, end in places]
    return [
        (first, last, "".join(words[first : last + 1]))
        for first in range(len(hyphens))
        for last in range(first + 1, min(first + MOST_JOINED, len(words)))
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
        self.told: dict[Mark, Evidence] = {}
        """The evidence made so far: topics share it."""
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
    index: int, text: Text, table: Table, lexicon: Lexicon, places: defaultdict[int, list[Place]]
) -> None:
    """Note the place of each term in a field."""
    words = [*map(table.__getitem__, text.words), None]
    known = [(at, at, word) for at, word in enumerate(words) if word]
    compounds: defaultdict[int, list[tuple[int, Word]]] = defaultdict(list)
    if any(map(table.__getitem__, text.hyphened())):
        for first, last, surface in joined(text.text, text.spans):
            if word := table[surface]:
                compounds[first].append((last, word))
                known.append((first, last, word))
    steps = lexicon.steps.keys()
    for first, last, word in known:
        singles, _, starts = word
        if singles:
            place = (index, first, last)
            for number in singles:
                places[number].append(place)
        if not starts:
            continue
        # In most texts no phrase begins with these two words.
        after = words[last + 1]
        if last + 1 in compounds or (
            after is not None and not steps.isdisjoint(product(starts, after.atoms))
        ):
            _follow((index, first, last), word, words, compounds, lexicon, places)


def _follow(
    begun: Place,
    word: Word,
    words: Sequence[Word | None],
    compounds: Mapping[int, Sequence[tuple[int, Word]]],
    lexicon: Lexicon,
    places: defaultdict[int, list[Place]],
) -> None:
    """Follow the phrases that begin with `word`, and note those that are whole."""
    index, first, last = begun
    steps, phrases = lexicon.steps, lexicon.phrases
    paths = [(last + 1, start) for start in word.starts]
    while paths:
        at, path = paths.pop()
        following = [(at, words[at]), *compounds[at]] if at in compounds else ((at, words[at]),)
        for end, next_word in following:
            for atom in next_word.atoms if next_word else ():
                further = steps.get((path, atom))
                if further is not None:
                    paths.append((end + 1, further))
                    if further in phrases:
                        places[further].append((index, first, end))
