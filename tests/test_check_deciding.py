"""A term decides a match if the topic without that term would not match."""

import pytest

from watcher.check.deciding import ENOUGH, KEPT, Deciding, without
from watcher.match import Matcher
from watcher.models import Item, Topic
from watcher.query import parse


def decided(query: str, *titles: str) -> list[str]:
    topic = Topic(id="t", query=parse(query).node)
    deciding, matcher = Deciding(topic), Matcher([topic])
    for item in (Item(title=title) for title in titles):
        for match in matcher.match(item):
            deciding.note(item, match)
    return list(deciding.lines())


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("a", None),
        ("b", "b"),
        ("a OR b", "b"),
        ("a OR b OR c", "b OR c"),
        ("a AND b", None),
        ("(a OR b) AND c", "b AND c"),
        ("2 OF (a, b, c)", "2 OF (b, c)"),
        ("2 OF (a, b)", None),
        ("b NEAR/3 (a OR c)", "b NEAR/3 c"),
        ("b NEAR/3 a", None),
        ("b NOT NEAR/3 a", "b"),
        ("a NOT NEAR/3 b", None),
        ("title:(a OR b)", "title:b"),
        ("title:a", None),
        ("FIRST/5(a OR b)", "FIRST/5(b)"),
        ("ATLEAST/2(a OR b)", "ATLEAST/2(b)"),
        ("b AND NOT a", "b AND NOT a"),
        ("lang:en AND /a/", "lang:en AND /a/"),
    ],
)
def test_a_term_is_taken_out(query: str, left: str | None) -> None:
    assert without(parse(query).node, "a") == (None if left is None else parse(left).node)


def test_what_an_actor_stands_for_is_taken_out_too() -> None:
    names = {"x": parse("a OR b").node}
    node = parse("$x AND c", names=names).node
    rest = without(node, "a")
    assert rest is not None
    assert Matcher([Topic(id="t", query=rest)]).match(Item(title="a c")) == []
    assert Matcher([Topic(id="t", query=rest)]).match(Item(title="b c"))


def test_a_term_that_most_matches_hang_on_decides() -> None:
    assert decided("(a OR b) AND c", *["a c"] * 9, "b c", "b") == ["'a' alone decides 9 of 10"]


@pytest.mark.parametrize(
    ("query", "titles", "deciding"),
    [
        pytest.param("a b OR c d", ["a b"] * 30 + ["c d"], {"a": 30, "b": 30}, id="alternatives"),
        pytest.param("2 OF (a, b, c)", ["a b"] * 30 + ["b c"], {"b": 31, "a": 30}, id="2 of 3"),
        pytest.param("c AND (a b OR d)", ["a b c"] * 30, {"a": 30, "b": 30}, id="inside"),
    ],
)
def test_a_term_decides_wherever_it_stands(
    query: str, titles: list[str], deciding: dict[str, int]
) -> None:
    assert sorted(decided(query, *titles)) == sorted(
        f"{term!r} alone decides {count} of {len(titles)}" for term, count in deciding.items()
    )


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        pytest.param("a OR b", ["a b"] * ENOUGH, id="another stands in"),
        pytest.param("(a OR b) AND c OR d", ["a c d"] * ENOUGH, id="another alternative holds"),
        pytest.param("a OR b", ["a"] * (ENOUGH - 1), id="too few"),
        pytest.param("a OR b", ["a", "b"] * ENOUGH, id="one half"),
        pytest.param("a AND c", ["a c"] * ENOUGH, id="no choice"),
        pytest.param("(a OR b) AND c OR a AND d", ["a b d"] * 6 + ["b c"] * 6, id="half of two"),
    ],
)
def test_a_term_that_others_stand_in_for_decides_nothing(query: str, titles: list[str]) -> None:
    assert decided(query, *titles) == []


def test_of_many_matches_the_last_tell() -> None:
    titles = ["b"] * (KEPT // 2) + ["a"] * KEPT
    assert decided("a OR b", *titles) == [f"'a' alone decides {KEPT} of the last {KEPT}"]
