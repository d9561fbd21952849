from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.stored import URL, prune, the_feed
from watcher.models import Item, Subscription
from watcher.store import Added, SqliteStore

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIVE = "https://news.example/live"
SHIP = "A ship ran aground off the northern cape, its crew of nine is safe, the coast guard says"
RAIL = "Railway workers will strike on Monday after talks about shifts ended without any result"


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(Subscription(url=URL), now=NOW)
    return store


def add(store: SqliteStore, *items: Item, are_all: bool = True) -> Added:
    return store.add_new_items(the_feed(store), items, are_all=are_all, now=NOW)


def news(number: int, **changes: object) -> Item:
    """Make an item published so many hours ago that has all it may be known by."""
    item = Item(
        guid=f"guid-{number}",
        link=f"https://news.example/{number}",
        title=f"Title {number}",
        published_at=NOW - timedelta(hours=number),
    )
    return replace(item, **changes)  # type: ignore[arg-type]


def titles(added: Added) -> list[str]:
    return [item.title for item in added.new]


RENAMINGS = [
    pytest.param(lambda item: replace(item, guid="", link=f"{item.link}#rss"), id="fragments"),
    pytest.param(lambda item: replace(item, guid="", link=f"{item.link}?ref=x"), id="parameters"),
    pytest.param(
        lambda item: replace(item, guid=f"urn:{item.guid}", link=f"https://new.example{item.link}"),
        id="new software",
    ),
]


@pytest.mark.parametrize("renamed", RENAMINGS)
def test_a_feed_that_names_all_its_items_anew_shows_none_as_new(
    store: SqliteStore, renamed: object
) -> None:
    assert callable(renamed)
    before = [news(number) for number in (1, 2, 3)]
    add(store, *(replace(item, guid="") if renamed(item).guid == "" else item for item in before))
    again = add(store, renamed(news(0)), *map(renamed, before))
    assert titles(again) == ["Title 0"]
    assert [item.title for item in again.known] == ["Title 1", "Title 2", "Title 3"]
    assert add(store, *map(renamed, before)).new == ()


def test_links_that_change_at_each_poll_bring_nothing_new(store: SqliteStore) -> None:
    for visit in range(3):
        items = [
            news(number, guid="", link=f"{LIVE}?session={visit}{number}", summary=f"{visit}")
            for number in range(3)
        ]
        added = add(store, *items)
        assert (len(added.new), len(added.rewritten)) == ((3, 0) if visit == 0 else (0, 3))
        assert add(store, *items).rewritten == ()


@pytest.mark.parametrize(
    ("first", "then", "are_all"),
    [
        pytest.param([news(1)], [news(1), news(1, guid="b", link=LIVE)], True, id="both shown"),
        pytest.param([news(1)], [news(1, guid="b", link=LIVE)], False, id="the other may be shown"),
        pytest.param(
            [news(1, published_at=NOW.replace(hour=0, minute=0))],
            [news(1, guid="b", link=LIVE, published_at=NOW.replace(hour=0, minute=0))],
            True,
            id="on one day, who knows when",
        ),
        pytest.param(
            [news(1, published_at=None)],
            [news(1, guid="b", link=LIVE, published_at=None)],
            True,
            id="undated",
        ),
    ],
)
def test_items_of_one_title_and_date_may_be_two(
    store: SqliteStore, first: list[Item], then: list[Item], *, are_all: bool
) -> None:
    add(store, *first)
    assert titles(add(store, *then, are_all=are_all)) == ["Title 1"]


@pytest.mark.parametrize(
    "dated",
    [
        pytest.param(lambda number: NOW.replace(day=number, hour=0, minute=0), id="days"),
        pytest.param(lambda _: None, id="no dates"),
    ],
)
def test_where_many_items_are_named_anew_titles_and_days_are_enough(
    store: SqliteStore, dated: Callable[[int], datetime | None]
) -> None:
    for visit in range(3):
        items = [
            news(
                number, guid="", link=f"{LIVE}?session={visit}{number}", published_at=dated(number)
            )
            for number in range(1, 6 + visit)
        ]
        assert len(add(store, *items).new) == (1 if visit else 5)


@pytest.mark.parametrize("published_at", [NOW.replace(hour=0, minute=0), None])
def test_columns_of_the_same_titles_are_new_each_time(
    store: SqliteStore, published_at: datetime | None
) -> None:
    for visit, text in enumerate((SHIP, RAIL)):
        items = [
            news(
                n,
                guid=f"{visit}-{n}",
                link=f"{LIVE}/{visit}/{n}",
                summary=f"{text} {text}",
                published_at=published_at,
            )
            for n in range(6)
        ]
        assert len(add(store, *items).new) == 6


def test_edited_items_that_are_named_anew_stay_known(store: SqliteStore) -> None:
    edited = [news(n, title=f"Edited {n}") for n in range(5)]
    add(store, *map(news, range(5)))
    add(store, *edited)
    assert add(store, *(replace(item, guid=f"x{item.guid}", link="") for item in edited)).new == ()


def test_one_page_rewritten_all_over_is_no_reason_to_doubt_the_links(store: SqliteStore) -> None:
    live = news(9, guid="", summary=SHIP)
    rest = [news(n, guid="") for n in range(5)]
    add(store, live, *rest)
    later = replace(live, title="Other", summary=RAIL, published_at=NOW)
    assert add(store, later, *rest).new == ()
    assert add(store, later, *(replace(item, title=f"New {item.title}") for item in rest)).new == ()


def test_an_author_is_no_rewrite_when_a_feed_turns_out_to_repeat_guids(store: SqliteStore) -> None:
    item = news(1, author="Ana")
    add(store, item)
    add(store, item, news(2, guid="same"), news(3, guid="same"))
    assert add(store, item).rewritten == ()


def test_guids_stay_where_links_and_dates_change_and_titles_do_not(store: SqliteStore) -> None:
    for visit in range(3):
        items = [
            news(number, link=f"{LIVE}?session={visit}{number}", published_at=NOW + visit * HOUR)
            for number in range(5)
        ]
        assert len(add(store, *items).new) == (0 if visit else 5)


def test_two_items_do_not_both_become_the_one_that_is_gone(store: SqliteStore) -> None:
    add(store, news(1))
    new = add(store, news(1, guid="b", link=LIVE), news(1, guid="c", link=f"{LIVE}/c")).new
    assert [item.guid for item in new] == ["c"]


def test_one_bumped_date_among_changing_links_does_not_turn_guids_off(store: SqliteStore) -> None:
    def shown(visit: int, **changes: object) -> list[Item]:
        links = [f"{LIVE}?session={visit}{number}" for number in range(3)]
        return [news(number, link=link) for number, link in enumerate(links, 1)] + [
            news(9, link=f"{LIVE}?session={visit}9", **changes)
        ]

    add(store, *shown(1))
    assert add(store, *shown(2, published_at=NOW)).new == ()
    assert add(store, *shown(3, published_at=NOW, title="Edited")).new == ()


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
        pytest.param(SLOT[0], alert(2 * SHIP, None, {}), alert(2 * RAIL, None, {}), id="undated"),
        pytest.param(
            SLOT[3], alert(SHIP, None, {}, "Now"), alert(RAIL, None, {}, "Now"), id="only a title"
        ),
    ],
)
def test_a_feed_that_shows_one_item_at_a_time_under_one_name_loses_none(
    store: SqliteStore, name: dict[str, Any], first: Item, then: Item
) -> None:
    first, then = (replace(item, **name) for item in (first, then))
    add(store, first)
    assert len(add(store, then).new) == 1
    assert add(store, then).new == ()
    assert add(store, first).new == ()


def test_places_of_a_feed_that_new_items_take_in_turn_lose_none(store: SqliteStore) -> None:
    add(store, alert(SHIP, 3, {"guid": "1"}), alert("Calm seas are expected", 4, {"guid": "2"}))
    new = add(store, alert(RAIL, 1, {"guid": "1"}), alert(SHIP, 3, {"guid": "2"})).new
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
    add(store, first)
    added = add(store, then)
    assert (added.new, len(added.rewritten)) == ((), 1)


def test_an_item_left_over_by_a_cut_document_is_not_the_only_one(store: SqliteStore) -> None:
    both = {"guid": "latest", "link": LIVE}
    add(store, alert(SHIP, 2, both))
    assert add(store, alert(RAIL, 1, both), are_all=False).new == ()


def test_items_of_a_pruned_past_are_no_proof_of_anything(store: SqliteStore) -> None:
    add(store, alert(SHIP, 2, SLOT[0]), news(1))
    prune(store, NOW + timedelta(days=99))
    assert store.count_items() == 0
    assert add(store, alert(RAIL, 1, SLOT[0])).new == ()
    assert add(store, news(1, link=LIVE, published_at=NOW)).new == ()
