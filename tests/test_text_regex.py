import pytest

from watcher.text.regex import MOST_FOUND, finder


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        pytest.param("ні", "дні і ні", [(1, 3), (6, 8)], id="code points"),
        pytest.param(r"\b|a", "b aa", [(3, 4)], id="empty places are none"),
    ],
)
def test_finds(pattern: str, text: str, places: list[tuple[int, int]]) -> None:
    assert list(finder(pattern, ignore_case=False)(text)) == places


def test_ignores_case_when_asked() -> None:
    assert list(finder("КИТ", ignore_case=True)("кит")) == [(0, 3)]


def test_looks_for_the_first_places_only() -> None:
    find = finder(r"\d(.*z)?", ignore_case=False)
    assert len(list(find("1 " * 100_000))) == MOST_FOUND


@pytest.mark.parametrize("pattern", ["x*", "(a|)", "(?m)^"])
def test_refuses_what_fits_the_empty_text(pattern: str) -> None:
    with pytest.raises(ValueError, match="fits the empty text"):
        finder(pattern, ignore_case=False)


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", "a{9999}"])
def test_refuses_what_could_be_slow(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        finder(pattern, ignore_case=False)
