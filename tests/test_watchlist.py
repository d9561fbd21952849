"""Loading watchlists: what files mean together, and within what bounds."""

import gc
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import LoadYaml, problems
from watcher.errors import ConfigError
from watcher.models import Item, Place, Severity, Topic
from watcher.nodes import Group, Or, Term
from watcher.watchlist import load, yaml_nodes
from watcher.watchlist.lint import lint
from watcher.watchlist.schema import json_schema

WHOLE = """\
version: 1
languages: [en, uk]
actors:
  china: {title: China, names: [China, Китай, no, 2024]}
concepts:
  imagery: [satellite NEAR/3 image, '"space reconnaissance"', $china]
  one: drone
topics:
  - id: satellite-intel
    title: Satellite intelligence
    severity: high
    why: An allegation.
    match: $imagery AND $china
    unless: ['"weather satellite"', storm]
    in: [title, summary]
    notify: [desk]
    tests:
      match:
        - Beijing gave images
        - {title: a, summary: b, published: 2026-01-02, tags: [x, y]}
      ignore: [China launches]
  - id: actor:one
    match: [$one, plane]
"""


def topic(load_yaml: LoadYaml, text: str) -> Topic:
    (topic,) = load_yaml(f"languages: [en]\ntopics:\n  - id: t\n{text}").topics
    return topic


# What files mean


def test_a_whole_file_is_read(load_yaml: LoadYaml) -> None:
    watchlist = load_yaml(WHOLE)
    first, second = watchlist.topics
    assert (first.id, first.title, first.severity, first.why) == (
        "satellite-intel",
        "Satellite intelligence",
        Severity.HIGH,
        "An allegation.",
    )
    assert first.unless == Or((Term("weather satellite"), Term("storm")))
    assert first.fields == ("title", "summary")
    assert first.notify == ("desk",)
    assert first.languages == ("en", "uk")
    assert first.place == Place(file="a.yaml", line=9, column=9)
    assert first.tests.match == (
        Item(id="a.yaml:19:11", title="Beijing gave images"),
        Item(
            id="a.yaml:20:11",
            title="a",
            summary="b",
            published_at=datetime(2026, 1, 2, tzinfo=UTC),
            tags=("x", "y"),
        ),
    )
    assert first.tests.ignore == (Item(id="a.yaml:21:16", title="China launches"),)
    assert second.query == Or((Group("one", Term("drone")), Term("plane")))
    assert (second.title, second.severity, second.unless) == ("actor:one", "normal", None)
    assert second.fields == ("title", "summary", "content")
    (actor,) = watchlist.actors
    assert (actor.id, actor.title, actor.names) == (
        "china",
        "China",
        ("China", "Китай", "no", "2024"),
    )
    assert actor.place == Place(file="a.yaml", line=4, column=3)


def test_actors_names_are_phrases_and_concepts_are_queries(load_yaml: LoadYaml) -> None:
    text = """\
languages: []
actors:
  a: {names: [Anna Or Otto, =WHO]}
concepts:
  c: Anna OR Otto
topics:
  - {id: t, match: $a}
  - {id: u, match: $c}
"""
    first, second = load_yaml(text).topics
    names = (Term("Anna Or Otto", name=True), Term("WHO", name=True, exact=True))
    assert first.query == Group("a", Or(names))
    assert second.query == Group("c", Or((Term("Anna"), Term("Otto"))))


def test_files_share_their_names_whatever_their_order(load_yaml: LoadYaml) -> None:
    watchlist = load_yaml(
        "languages: [en]\ntopics:\n  - {id: t, match: $a}\n",
        "languages: [uk]\nconcepts:\n  a: [$b, x]\n  b: [y]\n",
    )
    assert watchlist.topics[0].query == Group("a", Or((Group("b", Term("y")), Term("x"))))
    assert watchlist.topics[0].languages == ("en",)
    assert watchlist.files == (Path("a.yaml"), Path("b.yaml"))


def test_equal_meaning_gives_an_equal_version(load_yaml: LoadYaml) -> None:
    one = topic(load_yaml, "    match: a OR b\n    severity: low\n")
    two = topic(load_yaml, "    # another layout\n    match: [b, a]\n")
    other = topic(load_yaml, "    match: a OR b\n    unless: c\n")
    assert one.version == two.version != other.version


def test_what_is_repaired_is_warned_of(load_yaml: LoadYaml) -> None:
    watchlist = load_yaml("languages: []\ntopics:\n  - {id: t, match: “a b”}\n")
    assert watchlist.topics[0].query == Term("a b")
    assert [warning.column for warning in watchlist.warnings] == [20, 24]


def test_loading_leaves_the_collector_as_it_was(load_yaml: LoadYaml) -> None:
    gc.disable()
    try:
        load_yaml(WHOLE)
        assert not gc.isenabled()
    finally:
        gc.enable()
    load_yaml(WHOLE)
    assert gc.isenabled()


def test_no_files_make_an_empty_watchlist() -> None:
    assert load([]).topics == ()


# Bounds


def test_aliases_do_not_explode(load_yaml: LoadYaml, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "MAX_NODES", 1000)
    text = "languages: []\nx: &x [a, b, c, d, e, f, g, h, i, j]\nconcepts:\n"
    text += "".join(f"  c{number}: *x\n" for number in range(200))
    assert "a.yaml: has more than 1000 values, those behind aliases counted" in problems(
        load_yaml, text
    )


def test_a_list_inside_itself_ends(load_yaml: LoadYaml) -> None:
    text = "languages: []\nconcepts: {a: &a [x, *a]}\n"
    assert problems(load_yaml, text)


def test_size_is_bounded(load_yaml: LoadYaml, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "MAX_BYTES", 10)
    assert problems(load_yaml, "languages: []\n") == ["a.yaml: is larger than 10 bytes"]


def test_many_topics_load_fast_enough_to_be_edited(load_yaml: LoadYaml) -> None:
    topics = "".join(
        f'  - id: t{number}\n    match: ($c AND word{number}) OR "two words" NEAR/5 other\n'
        for number in range(500)
    )
    watchlist = load_yaml(f"languages: [en]\nconcepts: {{c: [x, y]}}\ntopics:\n{topics}")
    assert len(watchlist.topics) == 500


PIECES = [
    "languages: [en]\n",
    "topics:\n",
    "  - id: t\n",
    "    match: ",
    "    tests: {match: [",
    "concepts: {a: [b, $a]}\n",
    "actors:\n  x: {names: [",
    "]}\n",
    *["$a", " AND ", "NEAR/5 ", "(", ")", "- ", "'", '"', "&x ", "*x", "!!map ", "~", "{", "]"],
    *["\n", " ", "# c\n", "|\n", "\x00"],
]
BODIES = st.lists(st.sampled_from(PIECES)).map("".join).map(str.encode) | st.binary(max_size=100)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BODIES)
def test_any_bytes_give_a_watchlist_or_told_mistakes(load_yaml: LoadYaml, body: bytes) -> None:
    try:
        watchlist = load_yaml(body)
    except ConfigError as error:
        told = error.problems
    else:
        told = watchlist.warnings
        assert lint(watchlist) is not None
    assert all(problem.file == "a.yaml" and problem.why for problem in told)


# The schema


def test_the_schema_knows_every_key_that_is_read(load_yaml: LoadYaml) -> None:
    load_yaml(WHOLE)
    schema = json_schema()
    topic_keys = schema["properties"]["topics"]["items"]["properties"]
    assert yaml.safe_load(WHOLE).keys() <= schema["properties"].keys()
    assert yaml.safe_load(WHOLE)["topics"][0].keys() == topic_keys.keys()
    assert schema["additionalProperties"] is False
    assert topic_keys["severity"]["enum"] == ["low", "normal", "high", "critical"]
