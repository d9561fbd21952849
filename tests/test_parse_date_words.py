"""The tables of dates have no holes and no contradictions."""

from watcher.parse.date_words import MONTHS, ZONES


def test_every_month_has_names() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    assert all(name == name.lower() for name in MONTHS)


def test_zones_are_within_a_day() -> None:
    assert all(-12 * 60 <= minutes <= 14 * 60 for minutes in ZONES.values())
