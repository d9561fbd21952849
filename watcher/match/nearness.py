"""Places of one thing near places of another."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from math import inf

from watcher.match.reading import Place, Text

MOST_PARTNERS = 100
"""So many nearest partners of a place are looked at on each side: hostile texts stay linear."""

Window = Callable[[Place], tuple[int, int, bool] | None]
"""From where to where (words) a partner may begin or end; whether it must lie inside as a whole.

`None`: this place can have no partner.
"""


def words_between(most: int) -> Window:
    """Allow at most so many words between."""
    return lambda place: (place[1] - 1 - most, place[2] + 1 + most, False)


def same_part(parts_of: Callable[[int], list[int]]) -> Window:
    """Allow what lies in the same part of the text: `parts_of(field)` numbers that of each word."""

    def window(place: Place) -> tuple[int, int, bool] | None:
        field, first, last = place
        parts = parts_of(field)
        if parts[first] != parts[last]:
            return None
        low, high = bisect_left(parts, parts[first]), bisect_right(parts, parts[first]) - 1
        return low, high, True

    return window


class Partners:
    """The places that a partner may be at, ready to be asked many times."""

    def __init__(self, places: Sequence[Place], window: Window, *, ordered: bool) -> None:
        self._by_first = sorted(places)
        self._by_last = () if ordered else sorted((field, z, a) for field, a, z in places)
        self._window = window

    def spans(self, place: Place) -> Iterator[Place]:
        """Join `place` and each of its partners, from the first word to the last."""
        window = self._window(place)
        if window is None:
            return
        field, first, last = place
        low, high, whole = window
        begin = bisect_left(self._by_first, (field, last + 1, -1))
        end = bisect_left(self._by_first, (field, high + 1, -1))
        for _, _, end_of in self._by_first[begin : min(end, begin + MOST_PARTNERS)]:
            if not whole or end_of <= high:
                yield field, first, end_of
        end = bisect_left(self._by_last, (field, first, -1))
        begin = bisect_left(self._by_last, (field, low, -1))
        for _, _, begin_of in self._by_last[max(begin, end - MOST_PARTNERS) : end]:
            if not whole or begin_of >= low:
                yield field, begin_of, last


def sentences(texts: dict[int, Text]) -> Window:
    """Allow what lies in the same sentence."""
    return same_part(lambda field: texts[field].sentences)


def paragraphs(texts: dict[int, Text]) -> Window:
    """Allow what lies in the same paragraph."""
    return same_part(lambda field: texts[field].paragraphs)


def further_ends(
    field: int, ends: Sequence[tuple[int, int]], places: Sequence[Place], *, slop: int
) -> list[tuple[int, int]]:
    """Go on from the ends of a loose phrase to its next word, at `places`; both sorted.

    An end comes with the least gap used up to it, at most `slop`. Of the ends before a word, the
    one with the least of gap less end leaves it the most. The nearest places are enough: what is
    reached from further ones is reached from them.
    """
    further: dict[int, int] = {}
    most, reached = inf, 0
    begin = bisect_left(places, (field, ends[0][0] + 1, -1)) if ends else 0
    stop = bisect_left(places, (field, ends[-1][0] + 2 + slop, -1)) if ends else 0
    for _, start, last in places[begin : min(stop, begin + MOST_PARTNERS)]:
        while reached < len(ends) and ends[reached][0] < start:
            most = min(most, ends[reached][1] - ends[reached][0])
            reached += 1
        gap = int(most) + start - 1
        if gap <= slop:
            further[last] = min(gap, further.get(last, gap))
    return sorted(further.items())
