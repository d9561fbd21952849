from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.stored import feed_at, news, prune, titles
from watcher.models import Feed, Item, Subscription
from watcher.store import Added, SqliteStore, open_store

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://news.example/feed"


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(
        Subscription(url=URL, outlet="News", country="ua", language="uk", tags=("wire",)), now=NOW
    )
    return store


def the_feed(store: SqliteStore) -> Feed:
    return feed_at(store, URL)


def add(store: SqliteStore, *items: Item, now: datetime = NOW) -> Added:
    return store.add_new_items(the_feed(store), items, are_all=True, now=now)


def told(item: Item, **changes: object) -> Item:
    facts = {"feed": URL, "outlet": "News", "country": "ua", "seen_at": NOW}
    return replace(item, **facts, **changes)  # type: ignore[arg-type]  # any of its fields


def test_new_items_come_back_numbered_and_can_be_read_as_they_were(store: SqliteStore) -> None:
    plain, own = news(1), news(2, language="ru", tags=("war", "wire"), author="A", summary="S")
    added = add(store, plain, own)
    assert added.new == (
        told(plain, id=1, language="uk", tags=("wire",)),
        told(own, id=2, tags=("wire", "war")),
    )
    assert (store.item(1), store.item(2)) == added.new


def test_known_items_are_counted_and_not_stored_again(store: SqliteStore) -> None:
    add(store, news(1), news(2))
    added = add(store, news(2), news(3))
    assert (titles(added), added.known) == (["Title 3"], (2,))


def test_an_empty_document_adds_nothing(store: SqliteStore) -> None:
    assert add(store) == Added()


def test_an_item_shown_twice_in_a_document_is_one(store: SqliteStore) -> None:
    added = add(store, news(1), news(1), news(1, guid="another", title="Title 1"))
    assert titles(added) == ["Title 1"]
    assert added.known == ()


@pytest.mark.parametrize(
    "again",
    [
        pytest.param({"guid": "new"}, id="new guid, known link"),
        pytest.param({"guid": ""}, id="guid gone"),
        pytest.param({"link": ""}, id="link gone"),
        pytest.param({"link": "http://www.news.example/1/?utm_source=x"}, id="link dressed up"),
        pytest.param({"link": "https://news.example/moved"}, id="link moved, title and date kept"),
        pytest.param(
            {"link": "https://news.example/better", "title": "Better"}, id="only guid and date kept"
        ),
        pytest.param({"title": "Rewritten"}, id="title rewritten"),
        pytest.param({"published_at": NOW}, id="dated anew"),
    ],
)
def test_an_item_stays_known(store: SqliteStore, again: dict[str, object]) -> None:
    add(store, news(1), news(2))
    assert titles(add(store, news(1, **again), news(2))) == []
    assert titles(add(store, news(1), news(2))) == []


def test_equal_guids_with_different_links_are_different_items(store: SqliteStore) -> None:
    add(store, news(1))
    other = news(2, guid="guid-1")
    assert titles(add(store, other)) == ["Title 2"]
    assert titles(add(store, news(1), other)) == []


def test_equal_guids_with_different_links_differ_within_one_document(store: SqliteStore) -> None:
    shown = [news(number, guid="same", title="Same") for number in range(3)]
    assert len(add(store, *shown).new) == 3
    assert titles(add(store, *reversed(shown), news(4, guid="same"))) == ["Title 4"]


def test_a_day_without_a_time_does_not_tell_that_an_item_moved(store: SqliteStore) -> None:
    day = NOW.replace(hour=0)
    add(store, news(1, published_at=day))
    assert titles(add(store, news(2, guid="guid-1", published_at=day))) == ["Title 2"]


def test_undated_items_whose_links_change_stay_known_by_guid_and_title(store: SqliteStore) -> None:
    for visit in range(3):
        link = f"https://news.example/1?session={visit}"
        added = add(store, news(1, published_at=None, link=link))
        assert len(added.new) == (visit == 0)


@pytest.mark.parametrize(
    ("shared", "changed"),
    [
        pytest.param("guid", {"link": "https://new.example/1"}, id="links, where guids repeat"),
        pytest.param("link", {"guid": "guid-1#1"}, id="guids, where links repeat"),
    ],
)
def test_what_does_not_repeat_may_change_under_the_same_title_and_date(
    store: SqliteStore, shared: str, changed: dict[str, object]
) -> None:
    same = {shared: "https://news.example/all"}
    add(store, news(1))
    add(store, news(8, **same), news(9, **same))
    add(store, news(1))
    assert titles(add(store, news(1, **changed))) == []
    assert titles(add(store, news(2, **{shared: getattr(news(1), shared)}))) == ["Title 2"]


def test_items_of_the_same_title_and_nothing_else_differ_by_their_texts(store: SqliteStore) -> None:
    alerts = [Item(title="Alert", summary=place) for place in ("North", "South")]
    assert len(add(store, *alerts).new) == 2
    assert len(add(store, *alerts, Item(title="Alert", summary="East")).new) == 1


def test_numbers_for_guids_are_seen_through(store: SqliteStore) -> None:
    first = [news(number, guid=str(place)) for place, number in enumerate((1, 2, 3))]
    later = [news(number, guid=str(place)) for place, number in enumerate((5, 4, 1))]
    add(store, *first)
    assert titles(add(store, *later)) == ["Title 5", "Title 4"]


def test_a_link_that_all_items_share_makes_none_known(store: SqliteStore) -> None:
    home = "https://news.example/"
    add(store, news(1, link=home), news(2, link=home))
    assert titles(add(store, news(2, link=home), news(3, link=home))) == ["Title 3"]


def test_items_are_known_by_title_and_date_where_guid_and_link_tell_nothing(
    store: SqliteStore,
) -> None:
    home = "https://news.example/"
    odd = [
        news(3, guid="same"),
        news(4, guid="same"),
        news(5, link=home),
        news(6, link=home),
    ]
    add(store, news(1), news(2))
    assert titles(add(store, news(1), news(2), *odd)) == [f"Title {n}" for n in (3, 4, 5, 6)]
    assert titles(add(store, news(7), *reversed(odd), news(2), news(1))) == ["Title 7"]


def test_a_feed_that_turns_out_to_repeat_guids_shows_nothing_stored_as_new(
    store: SqliteStore,
) -> None:
    kept = [news(number) for number in range(10)]
    add(store, *kept)
    add(store, news(11, guid="same"), news(12, guid="same"))
    assert titles(add(store, *kept)) == []


def test_a_pruned_item_does_not_come_back_as_new(store: SqliteStore) -> None:
    add(store, news(1))
    day = timedelta(days=1)
    prune(store, NOW + 99 * day)
    assert store.count_items() == 0
    again = add(store, news(1), now=NOW + 99 * day)
    rewritten = add(store, news(1, title="Rewritten"), now=NOW + 99 * day)
    moved = add(store, news(1, link="https://news.example/moved"), now=NOW + 99 * day)
    assert [added.new for added in (again, rewritten, moved)] == [(), (), ()]


def test_a_pruned_item_that_is_rewritten_is_stored_again_under_its_number(
    store: SqliteStore,
) -> None:
    add(store, news(1))
    later = NOW + timedelta(days=99)
    prune(store, later)
    (rewritten,) = add(store, news(1, title="Rewritten"), now=later).rewritten
    assert (rewritten.id, rewritten.seen_at) == (1, NOW.replace(hour=0))
    assert store.item(1) == rewritten


def test_a_rewritten_item_comes_back_with_its_number_and_is_stored_anew(
    store: SqliteStore,
) -> None:
    add(store, news(1), news(2))
    later = NOW + timedelta(hours=1)
    added = add(store, news(1, summary="Corrected"), news(2), now=later)
    assert [(found.id, found.summary, found.seen_at) for found in added.rewritten] == [
        (1, "Corrected", NOW)
    ]
    stored = store.item(1)
    assert stored is not None
    assert stored.summary == "Corrected"
    assert add(store, news(1, summary="Corrected"), news(2), now=later).rewritten == ()


def test_rewritten_items_are_told_as_they_are_stored(store: SqliteStore) -> None:
    add(store, news(1), news(2))
    link = "https://news.example/1-again"
    moved = news(1, title="Again", tags=("war",), language="ru", link=link)
    one, other = add(store, moved, news(2, summary="Again", published_at=NOW)).rewritten
    assert (one.tags, one.language, one.link) == (("wire", "war"), "ru", link)
    assert other.published_at == news(2).published_at
    assert (store.item(1), store.item(2)) == (one, other)


def test_a_rewritten_item_keeps_its_link_where_it_shows_none(store: SqliteStore) -> None:
    add(store, news(1), news(2))
    (rewritten,) = add(store, news(1, title="Again", link=""), news(2)).rewritten
    assert store.item(1) == rewritten
    assert rewritten.link == news(1).link


def test_an_item_with_another_tag_is_rewritten_in_another_order_it_is_not(
    store: SqliteStore,
) -> None:
    add(store, news(1), news(2, tags=("sea", "war")))
    again = add(store, news(1, tags=("wire", "war")), news(2, tags=("war", "sea")))
    assert [item.id for item in again.rewritten] == [1]
    assert store.item(1) == again.rewritten[0]
    assert add(store, news(1, tags=("war",)), news(2, tags=("war", "sea"))).rewritten == ()


def test_feeds_do_not_know_each_others_items(store: SqliteStore) -> None:
    add(store, news(1))
    store.add_feed(Subscription(url="https://other.example/feed"), now=NOW)
    other = feed_at(store, "https://other.example/feed")
    assert len(store.add_new_items(other, [news(1)], are_all=True, now=NOW).new) == 1


ITEMS = st.builds(
    Item,
    guid=st.sampled_from(["", "1", "2", "3"]),
    link=st.sampled_from(["", "https://a.example/", "https://a.example/1", "https://a.example/2"]),
    title=st.sampled_from(["", "A", "B"]),
    summary=st.sampled_from(["", "x", "y"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(ITEMS, max_size=6), min_size=1, max_size=4))
@example(
    [
        [Item(guid="3", link="https://a.example/1")],
        [
            Item(link="https://a.example/1", title="A"),
            Item(guid="3"),
            Item(guid="3", link="https://a.example/2"),
        ],
    ]
)
@example(
    [
        [
            Item(guid="1"),
            Item(guid="1", link="https://a.example/1", summary="x"),
            Item(guid="2", link="https://a.example/1"),
            *(Item(summary=str(number)) for number in range(3)),
        ]
    ]
)
def test_a_document_shown_again_adds_none_in_any_order(documents: list[list[Item]]) -> None:
    with TemporaryDirectory() as folder, open_store(Path(folder) / "watcher.db") as store:
        store.add_feed(Subscription(url=URL), now=NOW)
        for shown in documents:
            add(store, *shown)
            assert add(store, *shown).new == ()
            assert add(store, *reversed(shown)).new == ()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.permutations(range(6)), min_size=1, max_size=4))
def test_reshuffled_parts_of_what_was_seen_stay_known(orders: list[list[int]]) -> None:
    with TemporaryDirectory() as folder, open_store(Path(folder) / "watcher.db") as store:
        store.add_feed(Subscription(url=URL), now=NOW)
        assert len(add(store, *map(news, range(6))).new) == 6
        for order in orders:
            assert add(store, *map(news, order[: 1 + order[0]])).new == ()


def test_items_are_told_unknown_by_the_identity_of_their_feed(store: SqliteStore) -> None:
    first, second = news(1), news(2)
    add(store, first)
    by_link = replace(first, guid="another", title="Another")
    assert store.unknown_items(the_feed(store), [by_link, second, first]) == [second]
    assert store.unknown_items(replace(the_feed(store), id=99), [first]) == [first]
