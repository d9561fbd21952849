import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.match.patterns import Patterns, distance
from watcher.text.tokens import ANY, ONE


def found(patterns: Patterns, word: str) -> set[int]:
    return set(patterns.numbers(word))


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        pytest.param("sat*", "satellite", "asat", id="beginning"),
        pytest.param("*graph", "paragraph", "graphic", id="end"),
        pytest.param("*tell*", "satellite", "sate", id="inside"),
        pytest.param("wom?n", "women", "womn", id="one letter"),
        pytest.param("s*l*e", "satellite", "satellit", id="several"),
        pytest.param("?at", "cat", "at", id="one letter first"),
        pytest.param("a.c*", "a.cd", "abcd", id="no sign is special"),
    ],
)
def test_wildcards(pattern: str, fitting: str, other: str) -> None:
    patterns = Patterns()
    patterns.add_wildcard(pattern.replace("*", ANY).replace("?", ONE), 1)
    assert (found(patterns, fitting), found(patterns, other)) == ({1}, set())


def test_many_stars_never_go_back() -> None:
    patterns = Patterns()
    patterns.add_wildcard(("a" + ANY) * 40 + "b", 1)
    assert found(patterns, "a" * 200) == set()


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("abc", "acb", 2), ("", "ab", 2)],
)
def test_distance(left: str, right: str, steps: int) -> None:
    assert distance(left, right) == steps


def test_edits_find_near_words_only() -> None:
    patterns = Patterns()
    patterns.add_edited("satellite", 2, 1)
    patterns.add_edited("fire", 1, 2)
    words = ["satelite", "sattelite", "satellites", "stelite", "fore", "fires", "fir", "forge"]
    assert [found(patterns, word) for word in words] == [{1}, {1}, {1}, {1}, {2}, {2}, {2}, set()]


@given(st.text("abc", max_size=12), st.text("abc", min_size=4, max_size=12), st.integers(1, 2))
def test_all_words_within_the_distance_are_found(word: str, other: str, edits: int) -> None:
    patterns = Patterns()
    patterns.add_edited(other, edits, 1)
    assert found(patterns, word) == ({1} if distance(word, other) <= edits else set())


def test_letters_that_change_places_are_two_edits() -> None:
    patterns = Patterns()
    patterns.add_edited("fire", 1, 1)
    assert found(patterns, "ifre") == set()


def test_long_words_are_near_nothing() -> None:
    patterns = Patterns()
    patterns.add_edited("x" * 40, 2, 1)
    assert [found(patterns, "x" * length) for length in (38, 40, 41, 200)] == [
        {1},
        {1},
        set(),
        set(),
    ]
