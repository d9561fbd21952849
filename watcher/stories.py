"""Pure: near-identical texts are one story."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from zlib import crc32

from watcher.models import Item

ALIKE = 0.5
"""The share of word triples (Jaccard) from which two texts with a lead are one story."""
TITLES_ALIKE = 0.8
"""The same for titles, which alone decide where one of the two has no more than that."""
_SHORTEST_TITLE = 5
_LEAD_CHARS = 600
_SHINGLE = 3
_BANDS = 16
_ROWS = 3
_PRIME = (1 << 61) - 1

_LETTERS_THAT_ARE_WORDS = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Kana and Chinese characters: there are no gaps between their words."""
_WORD = re.compile(f"[{_LETTERS_THAT_ARE_WORDS}]|[^\\W_{_LETTERS_THAT_ARE_WORDS}]+")

_COEFFICIENTS = tuple(
    (
        int.from_bytes(blake2b(b"a%d" % number, digest_size=7).digest(), "big") | 1,
        int.from_bytes(blake2b(b"b%d" % number, digest_size=7).digest(), "big"),
    )
    for number in range(_BANDS * _ROWS)
)


def bands(item: Item) -> tuple[int, ...]:
    """Tell the bands of an item's title, and of its title with its lead, 32 bits each.

    Texts that share a band of their MinHash signatures may be one story (Broder 1997; banding as
    in *Mining of Massive Datasets*, section 3.4): of texts half alike 88 in 100 do, of texts four
    fifths alike all, of texts a tenth alike 2 in 100, however many are stored. Their likeness is
    then counted out, so chance decides no more than what is looked at. A text too short to tell
    anything has no bands.
    """
    texts = [_shingles(item.title, at_least=_SHORTEST_TITLE)]
    if _lead(item):
        texts.append(_shingles(f"{item.title} {_lead(item)}", at_least=_SHORTEST_TITLE))
    return tuple(
        crc32(repr((place, band)).encode())
        for shingles in texts
        if shingles
        for place, band in enumerate(_signature_bands(shingles))
    )


def are_one_story(one: Item, other: Item) -> bool:
    """Tell whether two items tell the same in nearly the same words."""
    if _lead(one) and _lead(other):
        texts = [_shingles(f"{item.title} {_lead(item)}") for item in (one, other)]
        return _jaccard(*texts) >= ALIKE
    titles = [_shingles(item.title, at_least=_SHORTEST_TITLE) for item in (one, other)]
    return _jaccard(*titles) >= TITLES_ALIKE


def _lead(item: Item) -> str:
    return (item.summary or item.content)[:_LEAD_CHARS]


def _shingles(text: str, *, at_least: int = 1) -> frozenset[int]:
    """Hash each run of three words; nothing for a text of fewer words than `at_least`."""
    words = _WORD.findall(text.casefold())
    if len(words) < at_least:
        return frozenset()
    last = max(len(words) - _SHINGLE, 0)
    return frozenset(
        crc32(" ".join(words[start : start + _SHINGLE]).encode()) for start in range(last + 1)
    )


def _signature_bands(shingles: frozenset[int]) -> Sequence[tuple[int, ...]]:
    signature = [
        min((factor * shingle + shift) % _PRIME for shingle in shingles)
        for factor, shift in _COEFFICIENTS
    ]
    return [tuple(signature[start : start + _ROWS]) for start in range(0, len(signature), _ROWS)]


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
