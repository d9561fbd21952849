"""Everything a check looks at: mistakes of all files, warnings, the watchlists' own tests."""

import json
from pathlib import Path

import pytest

from watcher.check import Reach, check, reach_of
from watcher.errors import Problem
from watcher.models import Item
from watcher.query import parse
from watcher.query.write import write
from watcher.watchlist import load

WATCHLIST = """\
languages: []
topics:
  - id: t
    match: satellite AND (image OR picture)
    notify: [desk]
    tests:
      match: [Satellite image, Satellite weather]
      ignore:
        - Nothing here
        - {title: Wonderful news, summary: "a satellite image \\e[31m"}
"""
FEEDS = "<opml><body><outline xmlUrl='https://a.example/'/>\n<outline xmlUrl='{}'/></body></opml>"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(name: str, text: str) -> Path:
    Path(name).write_text(text, "utf-8")
    return Path(name)


def test_all_is_well() -> None:
    report = check(
        watchlists=[written("w.yaml", "languages: []\ntopics: [{id: t, match: a}]")],
        catalogues=[written("f.opml", FEEDS.format("https://b.example/"))],
        channels=[],
    )
    assert report.exit_code == 0
    assert report.to_text() == (
        "2 feeds, 1 topics, 0 tests: 0 mistakes, 0 warnings, 0 tests failed"
    )


def test_failed_tests_say_why() -> None:
    report = check(watchlists=[written("w.yaml", WATCHLIST)])
    assert report.exit_code == 1
    assert [(failed.topic, failed.kind, failed.place) for failed in report.failed_tests] == [
        ("t", "match", "w.yaml:7:32"),
        ("t", "ignore", "w.yaml:10:11"),
    ]
    missed, found = report.failed_tests
    assert "image" in missed.explanation
    assert missed.to_text().startswith("w.yaml:7:32: t: should match: Satellite weather\n    ")
    assert found.to_text().startswith("w.yaml:10:11: t: should be ignored: Wonderful news\n    ")
    assert "2 tests failed" in report.to_text()


def test_what_is_told_is_fit_for_a_terminal_and_for_json() -> None:
    report = check(watchlists=[written("w.yaml", WATCHLIST)])
    assert "\x1b" not in report.to_text()
    assert json.loads(json.dumps(report.to_json()))["exit_code"] == 1


def test_a_topic_whose_concept_lost_its_words_fails() -> None:
    text = """\
languages: []
concepts: {pictures: [image, photo]}
topics:
  - {id: t, match: satellite AND $pictures, tests: {match: [Satellite photo]}}
"""
    assert check(watchlists=[written("w.yaml", text)]).exit_code == 0
    report = check(watchlists=[written("w.yaml", text.replace(", photo", ""))])
    assert report.exit_code == 1
    assert "image" in report.failed_tests[0].explanation


def test_mistakes_of_settings_catalogues_and_watchlists_are_told_together() -> None:
    report = check(
        watchlists=[written("w.yaml", "languages: []\ntopics: [{id: t, match: a )}]")],
        catalogues=[written("f.opml", FEEDS.format("ftp://b.example/"))],
        problems=[Problem(file="watcher.toml", line=1, column=1, path="pol", why="is wrong")],
    )
    assert report.exit_code == 2
    assert report.to_text().splitlines() == [
        "watcher.toml:1:1: pol: is wrong",
        "f.opml:2:10: xmlUrl: 'ftp://b.example/' is not an address of http or https",
        "w.yaml:2:27: topics[0].match: ')' closes nothing: remove it, or open '(' before it",
        "1 feeds, 0 topics, 0 tests: 3 mistakes, 0 warnings, 0 tests failed",
    ]


def test_a_broken_catalogue_hides_no_mistake_of_a_watchlist() -> None:
    report = check(
        watchlists=[written("w.yaml", "topics: []")], catalogues=[written("f.opml", "<opml>")]
    )
    assert [problem.file for problem in report.problems] == ["f.opml", "w.yaml"]


def test_a_channel_that_the_settings_do_not_have_is_a_mistake() -> None:
    path = written("w.yaml", WATCHLIST)
    (problem,) = check(watchlists=[path], channels=["desks", "mail"]).problems
    assert str(problem) == (
        "w.yaml:5:14: topics[0].notify[0]: the settings have no channel 'desk' "
        "(did you mean desks?)"
    )
    assert check(watchlists=[path], channels=["desk"]).problems == ()


def test_warnings_alone_fail_nothing() -> None:
    report = check(watchlists=[written("w.yaml", "languages: []\nactors: {a: {names: [x]}}")])
    assert report.exit_code == 0
    assert "warning: w.yaml:2:10: actors.a: no topic uses $a" in report.to_text()


# Reach


REACH = """\
languages: []
concepts: {sky: [satellite, orbit, comet]}
topics:
  - {id: t, match: [$sky AND image AND NOT rain, title:comet], unless: [snow]}
  - {id: u, match: image OR nothing}
"""


def said(query: str) -> str:
    return write(parse(query).node)


def reach(*titles: str) -> Reach:
    items = [Item(id=number, title=title) for number, title in enumerate(titles)]
    return reach_of(load([written("w.yaml", REACH)]), items, days=2)


def test_reach_counts_what_topics_and_clauses_meet() -> None:
    found = reach("satellite image", "orbit image rain", "image", "snow satellite image")
    assert found.items == 4
    first, second = found.topics
    assert (first.topic, first.items, first.per_day) == ("t", 1, 0.5)
    assert {clause.text: clause.items for clause in first.clauses} == {
        f"$sky AND {said('image AND NOT rain')}": 2,
        "$sky": 3,
        said("image"): 4,
        said("NOT rain"): 1,
        said("title:comet"): 0,
        f"unless {said('snow')}": 1,
    }
    assert {clause.text: clause.kept_out for clause in first.clauses if clause.kept_out} == {
        said("NOT rain"): 1,
        f"unless {said('snow')}": 1,
    }
    assert (second.topic, second.items) == ("u", 4)
    assert found.never_seen == {"$sky": ("comet",), "t": ("comet",), "u": ("nothing",)}


def test_reach_tells_what_decides_and_what_is_needless() -> None:
    found = reach(*["satellite image"] * 12, "image", "orbit satellite image")
    assert found.topics[0].deciding == (
        "'satellite' alone decides 12 of 13",
        "'image' alone decides 13 of 13",
    )
    assert found.topics[0].implied == (f"{said('image')} is there whenever $sky is",)
    assert found.topics[1].deciding == ("'image' alone decides 14 of 14",)


def test_reach_of_what_only_refuses_is_all_the_rest() -> None:
    text = "languages: []\ntopics: [{id: t, match: [NOT rain, a OR b], unless: [c]}]"
    items = [Item(id=number, title=title) for number, title in enumerate(["rain", "sun", "sun c"])]
    (topic,) = reach_of(load([written("w.yaml", text)]), items, days=1).topics
    assert [(clause.items, clause.kept_out) for clause in topic.clauses] == [
        (1, 1),
        (0, None),
        (1, 1),
    ]


def test_few_items_prove_nothing() -> None:
    found = reach(*["satellite image"] * 3)
    assert found.topics[0].deciding == found.topics[0].implied == ()


def test_reach_is_told_in_lines() -> None:
    lines = list(reach(*["satellite image"] * 12).to_lines())
    assert lines[:8] == [
        "reach over 12 items:",
        "t: 12 items, 6.0 a day",
        f"      12 $sky AND {said('image AND NOT rain')}",
        "      12 $sky",
        f"      12 {said('image')}",
        f"       0 {said('NOT rain')} (kept out 0)",
        f"       0 {said('title:comet')}",
        f"       0 unless {said('snow')} (kept out 0)",
    ]
    assert "         'satellite' alone decides 12 of 12" in lines
    assert "never seen of $sky: orbit, comet" in lines


def test_reach_without_items_is_empty() -> None:
    found = reach()
    assert [topic.items for topic in found.topics] == [0, 0]


def test_a_long_list_of_unseen_terms_is_cut() -> None:
    words = ", ".join(f"word{number}" for number in range(25))
    text = f"languages: []\nconcepts: {{c: [{words}]}}\ntopics: [{{id: t, match: $c}}]"
    *_, last = reach_of(load([written("w.yaml", text)]), [], days=1).to_lines()
    assert last.endswith("word19 and 5 others")
