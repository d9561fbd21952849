from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.stored import HOUR, LIVE, NOW, RAIL, SHIP, URL, news, prune, show, subscribe
from watcher.models import Item
from watcher.store import SqliteStore


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    subscribe(store, URL)
    return store


def test_one_page_rewritten_all_over_is_no_reason_to_doubt_the_links(store: SqliteStore) -> None:
    live = news(9, guid="", summary=SHIP)
    rest = [news(n, guid="") for n in range(5)]
    show(store, live, *rest)
    later = replace(live, title="Other", summary=RAIL, published_at=NOW)
    assert show(store, later, *rest).new == ()
    assert (
        show(store, later, *(replace(item, title=f"New {item.title}") for item in rest)).new == ()
    )


def test_guids_stay_where_links_and_dates_change_and_titles_do_not(store: SqliteStore) -> None:
    for visit in range(3):
        items = [
            news(number, link=f"{LIVE}?session={visit}{number}", published_at=NOW + visit * HOUR)
            for number in range(5)
        ]
        assert len(show(store, *items).new) == (0 if visit else 5)


def test_one_bumped_date_among_changing_links_does_not_turn_guids_off(store: SqliteStore) -> None:
    def shown(visit: int, **changes: object) -> list[Item]:
        links = [f"{LIVE}?session={visit}{number}" for number in range(3)]
        return [news(number, link=link) for number, link in enumerate(links, 1)] + [
            news(9, link=f"{LIVE}?session={visit}9", **changes)
        ]

    show(store, *shown(1))
    assert show(store, *shown(2, published_at=NOW)).new == ()
    assert show(store, *shown(3, published_at=NOW, title="Edited")).new == ()


SLOT: tuple[dict[str, Any], ...] = (
    {"guid": "latest"},
    {"link": LIVE},
    {"guid": "latest", "link": LIVE},
    {},
)
"""What an alert may be known by in a feed that shows only the latest."""


def alert(text: str, age: int | None, name: dict[str, Any], title: str = "") -> Item:
    """Make an alert of so many hours ago; `None`: without a date."""
    published_at = None if age is None else NOW - timedelta(hours=age)
    return Item(title=title or text[:20], summary=text, published_at=published_at, **name)


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        pytest.param(SLOT[0], alert(SHIP, 2, {}), alert(RAIL, 1, {}), id="one guid"),
        pytest.param(SLOT[1], alert(SHIP, 2, {}), alert(RAIL, 1, {}), id="one link"),
        pytest.param(SLOT[2], alert(SHIP, 2, {}), alert(RAIL, 1, {}), id="one guid and link"),
        pytest.param(
            SLOT[0], alert(SHIP, 2, {}, "North"), alert(SHIP, 1, {}, "South"), id="alike texts"
        ),
        pytest.param(
            SLOT[0], alert(SHIP, 2, {}, "Now"), alert(RAIL, 1, {}, "Now"), id="always one title"
        ),
        pytest.param(
            SLOT[2],
            alert(SHIP, 2, {}, "Now"),
            alert(RAIL, 1, {}, "Now"),
            id="always one title, under one guid and link",
        ),
        pytest.param(SLOT[0], alert(2 * SHIP, None, {}), alert(2 * RAIL, None, {}), id="undated"),
        pytest.param(
            SLOT[2],
            alert(2 * SHIP, 12, {}),
            alert(2 * RAIL, 12, {}),
            id="of one day, without a time",
        ),
        pytest.param(
            SLOT[3], alert(SHIP, None, {}, "Now"), alert(RAIL, None, {}, "Now"), id="only a title"
        ),
    ],
)
def test_a_feed_that_shows_one_item_at_a_time_under_one_name_loses_none(
    store: SqliteStore, name: dict[str, Any], first: Item, then: Item
) -> None:
    first, then = (replace(item, **name) for item in (first, then))
    show(store, first)
    assert len(show(store, then).new) == 1
    assert show(store, then).new == ()
    assert show(store, first).new == ()


def test_alerts_of_one_page_with_guids_of_their_own_are_all_new(store: SqliteStore) -> None:
    for age, text in ((3, SHIP), (2, RAIL), (1, "Calm seas are expected until the weekend")):
        item = alert(text, age, {"guid": f"alert-{age}", "link": LIVE})
        assert len(show(store, item).new) == 1
        assert show(store, item).new == ()


def test_a_new_guid_of_an_edited_item_is_a_new_guid(store: SqliteStore) -> None:
    show(store, alert(SHIP, 2, {"guid": "1", "link": LIVE}), news(1))
    edited = alert(f"{SHIP}, all of them", 1, {"guid": "2", "link": LIVE}, "New")
    assert show(store, edited, news(1)).new == ()
    untold = replace(edited, guid="3", title="Another headline", summary="", published_at=NOW)
    assert show(store, untold, news(1)).new == ()


def test_an_item_is_the_same_under_another_link_and_date_if_its_text_is(
    store: SqliteStore,
) -> None:
    others = [news(n) for n in range(2, 9)]
    show(store, news(1, summary=SHIP), *others)
    moved = news(1, summary=SHIP, link=LIVE, published_at=NOW)
    assert show(store, moved, *others).new == ()
    edited = replace(others[0], title="Another headline", link=f"{LIVE}/2")
    assert show(store, moved, edited, *others[1:]).new == ()


def test_places_of_a_feed_that_new_items_take_in_turn_lose_none(store: SqliteStore) -> None:
    show(store, alert(SHIP, 3, {"guid": "1"}), alert("Calm seas are expected", 4, {"guid": "2"}))
    new = show(store, alert(RAIL, 1, {"guid": "1"}), alert(SHIP, 3, {"guid": "2"})).new
    assert [item.summary for item in new] == [RAIL]


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        pytest.param(SLOT[0], alert(SHIP, 2, {}), alert(RAIL, 2, {}), id="of the same date"),
        pytest.param(SLOT[0], alert(SHIP, 2, {}), alert(RAIL, 3, {}), id="dated back"),
        pytest.param(SLOT[0], alert(SHIP, None, {}), alert(RAIL, None, {}), id="undated, short"),
        pytest.param(
            SLOT[0],
            alert(2 * SHIP, None, {}),
            alert(f"{2 * SHIP}!", None, {}, "New"),
            id="undated, a touch",
        ),
        pytest.param(SLOT[0], alert(SHIP, 2, {}), alert(RAIL, None, {}), id="no longer dated"),
        pytest.param(
            SLOT[2], alert(SHIP, 2, {}), alert(f"{SHIP}, all of them", 1, {}, "New"), id="an edit"
        ),
        pytest.param(
            SLOT[0], alert(SHIP, 2, {}, "Now"), alert(f"{SHIP}!", 1, {}, "Now"), id="a touch"
        ),
    ],
)
def test_an_only_item_is_edited_where_no_more_tells_of_another(
    store: SqliteStore, name: dict[str, Any], first: Item, then: Item
) -> None:
    first, then = (replace(item, **name) for item in (first, then))
    show(store, first)
    added = show(store, then)
    assert (added.new, len(added.rewritten)) == ((), 1)


def test_an_item_left_over_by_a_cut_document_is_not_the_only_one(store: SqliteStore) -> None:
    both = {"guid": "latest", "link": LIVE}
    show(store, alert(SHIP, 2, both))
    assert show(store, alert(RAIL, 1, both), are_all=False).new == ()


def test_items_of_a_pruned_past_are_no_proof_of_anything(store: SqliteStore) -> None:
    show(store, alert(SHIP, 2, SLOT[0]), news(1))
    prune(store, NOW + timedelta(days=99))
    assert store.count_items() == 0
    assert show(store, alert(RAIL, 1, SLOT[0])).new == ()
    assert show(store, news(1, link=LIVE, published_at=NOW)).new == ()


@pytest.mark.parametrize("place", ["guid", "link"])
@pytest.mark.parametrize("published_at", [NOW.replace(hour=0, minute=0), None])
def test_where_items_move_down_numbered_places_the_new_one_is_found(
    store: SqliteStore, place: str, published_at: datetime | None
) -> None:
    def shown(*numbers: int) -> list[Item]:
        items = [
            news(n, guid="", link="", summary=f"{SHIP} {n}", published_at=published_at)
            for n in numbers
        ]
        prefix = "https://news.example/place-" if place == "link" else ""
        names: list[dict[str, Any]] = [{place: f"{prefix}{at}"} for at in range(len(items))]
        return [replace(item, **name) for item, name in zip(items, names, strict=True)]

    show(store, *shown(4, 3, 2, 1))
    assert [item.title for item in show(store, *shown(5, 4, 3, 2)).new] == ["Title 5"]
    assert show(store, *shown(4, 3, 2, 1)).new == ()


def test_items_shown_twice_move_down_no_places(store: SqliteStore) -> None:
    first = [news(1), news(2)]
    again = [replace(item, guid=f"x{item.guid}", link=f"{item.link}/x") for item in first]
    show(store, *first, news(3), *again)
    show(store, news(3), *again)
    assert show(store, news(3, title="Corrected"), *again).new == ()


def test_the_place_of_an_only_item_is_no_reason_to_doubt_the_names_of_later_ones(
    store: SqliteStore,
) -> None:
    place = {"guid": "latest", "link": LIVE}
    show(store, alert(SHIP, 3, place))
    assert len(show(store, alert(RAIL, 2, place)).new) == 1
    show(store, *map(news, range(3)))
    assert show(store, *(news(n, title=f"Edited {n}") for n in range(3))).new == ()
