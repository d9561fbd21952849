import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.stored import LIVE, NOW, RAIL, SHIP, URL, news, show, subscribe, titles
from watcher.models import Item
from watcher.store import SqliteStore
from watcher.store.identity import MOST_TEXTS


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    subscribe(store, URL)
    return store


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
    show(store, *(replace(item, guid="") if renamed(item).guid == "" else item for item in before))
    again = show(store, renamed(news(0)), *map(renamed, before))
    assert titles(again) == ["Title 0"]
    assert again.known == (1, 2, 3)
    assert show(store, *map(renamed, before)).new == ()


def test_links_that_change_at_each_poll_bring_nothing_new(store: SqliteStore) -> None:
    for visit in range(3):
        items = [
            news(number, guid="", link=f"{LIVE}?session={visit}{number}", summary=f"{visit}")
            for number in range(3)
        ]
        added = show(store, *items)
        assert (len(added.new), len(added.rewritten)) == ((3, 0) if visit == 0 else (0, 3))
        assert show(store, *items).rewritten == ()


def test_links_that_change_at_each_poll_do_not_fill_the_disk(
    store: SqliteStore, tmp_path: Path
) -> None:
    for visit in range(60):
        show(store, *(news(n, link=f"{LIVE}?session={visit}{n}", guid="") for n in range(3)))
    assert store.count_items() == 3
    with closing(sqlite3.connect(tmp_path / "watcher.db")) as db:
        assert db.execute("SELECT count(*) FROM item_keys").fetchone()[0] <= 3 * 21


def test_an_item_shown_under_two_names_keeps_both(store: SqliteStore, tmp_path: Path) -> None:
    one, other = (news(1, guid=guid, link="", summary=SHIP) for guid in ("one", "other"))
    show(store, one)
    show(store, other)
    for visit in range(60):
        assert show(store, replace(one, title=f"Live {visit}"), other).new == ()
    with closing(sqlite3.connect(tmp_path / "watcher.db")) as db:
        assert db.execute("SELECT count(*) FROM item_keys").fetchone()[0] <= 21


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
    show(store, *first)
    assert titles(show(store, *then, are_all=are_all)) == ["Title 1"]


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
        assert len(show(store, *items).new) == (1 if visit else 5)


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
        assert len(show(store, *items).new) == 6


def test_edited_items_that_are_named_anew_stay_known(store: SqliteStore) -> None:
    edited = [news(n, title=f"Edited {n}") for n in range(5)]
    show(store, *map(news, range(5)))
    show(store, *edited)
    assert show(store, *(replace(item, guid=f"x{item.guid}", link="") for item in edited)).new == ()


def test_an_author_is_no_rewrite_when_a_feed_turns_out_to_repeat_guids(store: SqliteStore) -> None:
    item = news(1, author="Ana")
    show(store, item)
    show(store, item, news(2, guid="same"), news(3, guid="same"))
    assert show(store, item).rewritten == ()


def test_two_items_do_not_both_become_the_one_that_is_gone(store: SqliteStore) -> None:
    show(store, news(1))
    new = show(store, news(1, guid="b", link=LIVE), news(1, guid="c", link=f"{LIVE}/c")).new
    assert [item.guid for item in new] == ["c"]


@pytest.mark.parametrize("name", [{"guid": ""}, {"guid": LIVE}])
@pytest.mark.parametrize("are_known", [True, False])
def test_two_teasers_of_one_link_do_not_turn_the_other_links_off(
    store: SqliteStore, name: dict[str, str], *, are_known: bool
) -> None:
    teasers = [news(1, link=LIVE, **name), news(2, link=LIVE, **name)]
    others = [news(number, guid="") for number in range(3, 12)]
    show(store, *(teasers[:1] if are_known else teasers), *others)
    assert len(show(store, *teasers, *others).new) == are_known
    edited = [replace(item, title=f"Edited {item.title}") for item in others]
    assert show(store, *teasers, *edited).new == ()
    assert show(store, teasers[1], *others).new == ()
    assert show(store, teasers[0], *others).rewritten == ()


def test_a_page_that_told_of_two_things_may_tell_of_a_third(store: SqliteStore) -> None:
    others = [news(number) for number in range(3, 12)]
    pair = [
        news(number, guid="", link=LIVE, summary=text) for number, text in ((1, SHIP), (2, "b"))
    ]
    show(store, *pair, *others)
    assert titles(show(store, news(0, guid="", link=LIVE, summary=RAIL), *others)) == ["Title 0"]


def test_untitled_items_of_one_page_stay_known_by_their_texts(store: SqliteStore) -> None:
    others = [news(number) for number in range(3, 12)]
    first, then = (Item(link=LIVE, summary=text) for text in (SHIP, RAIL))
    show(store, first, *others)
    assert [item.summary for item in show(store, first, then, *others).new] == [RAIL]


@pytest.mark.parametrize("name", [{"guid": ""}, {"guid": LIVE}, {}])
@pytest.mark.parametrize("published_at", [NOW.replace(hour=0, minute=0), None])
@pytest.mark.parametrize("title", ["Alert", ""])
def test_items_of_one_link_and_title_are_told_by_their_texts(
    store: SqliteStore, name: dict[str, str], published_at: datetime | None, title: str
) -> None:
    pair = [
        news(n, **name, link=LIVE, summary=text, title=title, published_at=published_at)
        for n, text in ((1, SHIP), (2, RAIL))
    ]
    assert len(show(store, *pair).new) == 2
    assert show(store, *reversed(pair)).new == ()
    assert show(store, pair[1]).new == ()


@pytest.mark.parametrize("published_at", [NOW, NOW.replace(hour=0, minute=0), None])
@pytest.mark.parametrize("title", ["Alert", ""])
def test_of_alerts_by_one_template_and_with_guids_of_their_own_none_is_lost(
    store: SqliteStore, published_at: datetime | None, title: str
) -> None:
    alerts = [
        news(n, link=LIVE, summary=f"{SHIP} {n}", title=title, published_at=published_at)
        for n in range(10)
    ]
    assert len(show(store, *alerts).new) == 10
    assert show(store, *reversed(alerts)).new == ()


@pytest.mark.parametrize(
    "twin",
    [
        {"author": "Ana Quill"},
        {"summary": ""},
        {"summary": f"{SHIP[:40]} [...]"},
        {"summary": f"KYIV - {SHIP} {RAIL}"},
    ],
)
def test_an_item_under_two_guids_is_one(store: SqliteStore, twin: dict[str, Any]) -> None:
    items = [news(n, summary=f"{SHIP} {RAIL}") for n in range(6)]
    twins = [replace(item, guid=f"twin-{item.guid}", **twin) for item in items[:3]]
    assert len(show(store, *items, *twins).new) == 6
    renamed = [replace(item, guid=f"x{item.guid}", published_at=NOW) for item in items]
    assert show(store, *renamed).new == ()


@pytest.mark.parametrize("name", [{}, {"guid": ""}])
def test_of_very_many_items_of_one_page_none_is_lost(
    store: SqliteStore, name: dict[str, str]
) -> None:
    items = [
        news(n, **name, link=LIVE, title="", summary=f"{n}" * 99, published_at=None)
        for n in range(MOST_TEXTS + 99)
    ]
    assert len(show(store, *items).new) == MOST_TEXTS + 99


def test_of_many_equal_items_of_one_page_those_that_differ_are_not_lost(
    store: SqliteStore,
) -> None:
    others = [news(n, guid="", link=LIVE, summary=f"{RAIL} {n}") for n in range(3)]
    same = [replace(others[0], published_at=NOW, title="Now", summary=SHIP)] * 40
    assert len(show(store, *same, *others).new) == 4


@pytest.mark.parametrize("turned", [False, True])
def test_of_an_item_and_its_edit_in_one_document_the_later_is_read(
    store: SqliteStore, *, turned: bool
) -> None:
    edit = news(1, summary=f"{SHIP}, now hit by a missile", published_at=NOW)
    both = [edit, news(1, summary=SHIP)]
    added = show(store, *(reversed(both) if turned else both))
    assert [item.summary for item in added.new] == [edit.summary]
    assert show(store, *both).rewritten == ()


def test_of_notices_with_one_title_that_come_out_together_none_is_lost(store: SqliteStore) -> None:
    """Exchanges publish very many at seven o'clock sharp, most of them with the same titles."""
    notices = [
        news(n, title="Holding(s) in Company", published_at=NOW, summary=text)
        for n, text in enumerate((SHIP, RAIL, "A fund holds three per cent of the votes now"))
    ]
    show(store, *notices[:2])
    assert [item.guid for item in show(store, *notices[1:]).new] == ["guid-2"]


def test_an_item_whose_date_was_moved_stays_known_when_it_is_named_anew(
    store: SqliteStore,
) -> None:
    others = [news(n) for n in range(2, 5)]
    later = news(1, published_at=NOW)
    show(store, news(1), *others)
    show(store, later, *others)
    assert show(store, replace(later, guid="other", link=LIVE), *others).new == ()


@pytest.mark.parametrize("published_at", [NOW.replace(hour=0, minute=0), None])
def test_a_few_items_with_the_same_texts_are_the_same_under_new_names(
    store: SqliteStore, published_at: datetime | None
) -> None:
    items = [news(n, summary=text, published_at=published_at) for n, text in ((1, SHIP), (2, RAIL))]
    show(store, *items)
    renamed = [replace(item, guid=f"x{item.guid}", link=f"{LIVE}/{item.guid}") for item in items]
    assert show(store, *renamed).new == ()
    edited = replace(renamed[0], guid="y", link=LIVE, summary=f"{SHIP}.")
    assert len(show(store, edited, renamed[1]).new) == 1


def test_alerts_with_nothing_but_one_title_are_told_by_their_texts(store: SqliteStore) -> None:
    for number in range(4):
        alerts = [Item(title="Alert", summary=f"{SHIP} {number}{n}") for n in range(6)]
        assert len(show(store, *alerts).new) == 6
        assert show(store, *alerts).new == ()


def test_in_a_cut_document_two_items_of_a_page_leave_the_other_links_their_names(
    store: SqliteStore,
) -> None:
    others = [news(number, guid="") for number in range(3, 12)]
    show(store, *others)
    pair = [
        news(number, guid="", link=LIVE, summary=text) for number, text in ((1, SHIP), (2, RAIL))
    ]
    assert len(show(store, *pair, are_all=False).new) == 2
    assert show(store, replace(others[0], title="Edited"), are_all=False).new == ()


def test_of_very_many_items_titles_and_moments_are_enough(store: SqliteStore) -> None:
    items = [news(number, summary=SHIP) for number in range(MOST_TEXTS + 1)]
    show(store, *items)
    renamed = [
        replace(item, guid=f"x{item.guid}", link=f"{LIVE}/{item.guid}", summary=RAIL)
        for item in items
    ]
    assert show(store, *renamed).new == ()
