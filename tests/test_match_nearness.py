import pytest

from watcher.match.nearness import further_ends

WORDS = [(0, 3, 3), (0, 5, 5), (0, 6, 7), (0, 9, 9), (1, 4, 4)]
"""Places of the next word, one of them of two parts; the last in another field."""


@pytest.mark.parametrize(
    ("ends", "slop", "reached"),
    [
        pytest.param([(2, 0)], 0, [(3, 0)], id="the next word"),
        pytest.param([(2, 0)], 2, [(3, 0), (5, 2)], id="two words between"),
        pytest.param([(2, 0)], 3, [(3, 0), (5, 2), (7, 3)], id="to the end of two parts"),
        pytest.param([(2, 2)], 3, [(3, 2)], id="some of the gap is used up"),
        pytest.param([(2, 1), (4, 0)], 1, [(3, 1), (5, 0), (7, 1)], id="from the best end before"),
        pytest.param([(9, 0)], 9, [], id="nothing after"),
        pytest.param([], 9, [], id="nothing before"),
    ],
)
def test_a_loose_phrase_goes_on_within_its_gap(
    ends: list[tuple[int, int]], slop: int, reached: list[tuple[int, int]]
) -> None:
    assert further_ends(0, ends, WORDS, slop=slop) == reached
