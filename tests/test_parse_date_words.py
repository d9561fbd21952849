"""The tables of dates have no holes and no contradictions."""

import pytest

from watcher.parse.date_words import MONTHS, ZONES, plain


def test_every_month_has_names() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    assert all(name == plain(name) for name in MONTHS)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ｍａｙ 10:00", "may 10:00"),
        ("ΜΑΪΟΥ μαΐου", "μαιου μαιου"),
        ("KASIM Kasım İ", "kasim kasim i"),
        ("11월 午前", "11월 午前"),
    ],
)
def test_plain_texts_have_no_accents(text: str, written: str) -> None:
    assert plain(text) == written


def test_zones_are_within_a_day() -> None:
    assert all(-12 * 60 <= minutes <= 14 * 60 for minutes in ZONES.values())
