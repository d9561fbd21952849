"""Loading watchlists: what files mean together, and every mistake at its place."""

import gc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.errors import ConfigError
from watcher.models import Item, Place, Severity, Topic
from watcher.nodes import Group, Or, Term
from watcher.watchlist import Watchlist, load, yaml_nodes
from watcher.watchlist.lint import lint
from watcher.watchlist.schema import json_schema

Loading = Callable[..., Watchlist]

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


@pytest.fixture
def loading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loading:
    """Load texts as the files `a.yaml`, `b.yaml` and so on."""
    monkeypatch.chdir(tmp_path)

    def loading(*texts: str | bytes) -> Watchlist:
        paths = [Path(f"{name}.yaml") for name, _ in zip("abcdef", texts, strict=False)]
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(paths)

    return loading


def problems(loading: Loading, *texts: str | bytes) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loading(*texts)
    return [str(problem) for problem in caught.value.problems]


def topic(loading: Loading, text: str) -> Topic:
    (topic,) = loading(f"languages: [en]\ntopics:\n  - id: t\n{text}").topics
    return topic


# What files mean


def test_a_whole_file_is_read(loading: Loading) -> None:
    watchlist = loading(WHOLE)
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


def test_actors_names_are_phrases_and_concepts_are_queries(loading: Loading) -> None:
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
    first, second = loading(text).topics
    names = (Term("Anna Or Otto", name=True), Term("WHO", name=True, exact=True))
    assert first.query == Group("a", Or(names))
    assert second.query == Group("c", Or((Term("Anna"), Term("Otto"))))


def test_files_share_their_names_whatever_their_order(loading: Loading) -> None:
    watchlist = loading(
        "languages: [en]\ntopics:\n  - {id: t, match: $a}\n",
        "languages: [uk]\nconcepts:\n  a: [$b, x]\n  b: [y]\n",
    )
    assert watchlist.topics[0].query == Group("a", Or((Group("b", Term("y")), Term("x"))))
    assert watchlist.topics[0].languages == ("en",)
    assert watchlist.files == (Path("a.yaml"), Path("b.yaml"))


def test_equal_meaning_gives_an_equal_version(loading: Loading) -> None:
    one = topic(loading, "    match: a OR b\n    severity: low\n")
    two = topic(loading, "    # another layout\n    match: [b, a]\n")
    other = topic(loading, "    match: a OR b\n    unless: c\n")
    assert one.version == two.version != other.version


def test_what_is_repaired_is_warned_of(loading: Loading) -> None:
    watchlist = loading("languages: []\ntopics:\n  - {id: t, match: “a b”}\n")
    assert watchlist.topics[0].query == Term("a b")
    assert [warning.column for warning in watchlist.warnings] == [20, 24]


def test_loading_leaves_the_collector_as_it_was(loading: Loading) -> None:
    gc.disable()
    try:
        loading(WHOLE)
        assert not gc.isenabled()
    finally:
        gc.enable()
    loading(WHOLE)
    assert gc.isenabled()


def test_no_files_make_an_empty_watchlist() -> None:
    assert load([]).topics == ()


# Mistakes in one place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "version: 2", "a.yaml:2:10: version: must be 1, the only version there is", id="version"
        ),
        pytest.param(
            "topcs: []",
            "a.yaml:2:1: topcs: is not a key (did you mean topics?); there are version, "
            "languages, actors, concepts, topics",
            id="key of a file",
        ),
        pytest.param("topics: x", "a.yaml:2:9: topics: must be a list, not a text", id="topics"),
        pytest.param(
            "actors: [x]",
            "a.yaml:2:9: actors: must be a mapping of keys to values, not a list",
            id="actors",
        ),
        pytest.param(
            "actors: {a: {}}", "a.yaml:2:13: actors.a: names is missing", id="actor without names"
        ),
        pytest.param(
            "actors: {a: {names: []}}",
            "a.yaml:2:21: actors.a.names: must not be an empty list",
            id="no names",
        ),
        pytest.param(
            "actors: {a: {names: ['!?']}}",
            "a.yaml:2:23: actors.a.names[0]: expected a word, found '!?'",
            id="name without words",
        ),
        pytest.param(
            "concepts: {a b: x}",
            "a.yaml:2:12: concepts.a b: an id is of letters, digits, '-', '_', ':' and '.'",
            id="id of a concept",
        ),
        pytest.param(
            "concepts: {a: x, a: y}",
            "a.yaml:2:18: concepts.a: stands twice; first in line 2",
            id="key twice",
        ),
        pytest.param(
            "concepts: {[a]: x}",
            "a.yaml:2:12: concepts: a key must be a text, not a list",
            id="key that is a list",
        ),
        pytest.param(
            "concepts: {a: [b, {c: d}]}",
            "a.yaml:2:19: concepts.a[1]: must be a text, not a mapping",
            id="mapping for a text",
        ),
        pytest.param(
            "topics:\n  - match: x", "a.yaml:3:5: topics[0]: id is missing", id="topic without id"
        ),
        pytest.param(
            "topics:\n  - id: x",
            "a.yaml:3:5: topics[0]: match is missing",
            id="topic without match",
        ),
        pytest.param(
            "topics: [3]",
            "a.yaml:2:10: topics[0]: must be a mapping of keys to values, not a text",
            id="topic",
        ),
        pytest.param(
            "topics: [{id: x, match: ~}]",
            "a.yaml:2:25: topics[0].match: must be a text; it is empty",
            id="nothing",
        ),
        pytest.param(
            "topics: [{id: x, match: [a, '']}]",
            "a.yaml:2:29: topics[0].match[1]: must be a text; it is empty",
            id="empty text",
        ),
        pytest.param(
            "topics: [{id: x y, match: a}]",
            "a.yaml:2:15: topics[0].id: an id is of letters, digits, '-', '_', ':' and '.'",
            id="id of a topic",
        ),
        pytest.param(
            "topics: [{id: x, match: a, severity: hihg}]",
            "a.yaml:2:38: topics[0].severity: 'hihg' is not one of low, normal, high, "
            "critical (did you mean high?)",
            id="severity",
        ),
        pytest.param(
            "topics: [{id: x, match: a, in: [title, sumary]}]",
            "a.yaml:2:40: topics[0].in[1]: 'sumary' is not one of title, summary, "
            "content, author (did you mean summary?)",
            id="field",
        ),
        pytest.param(
            "topics: [{id: x, match: a, tests: [b]}]",
            "a.yaml:2:35: topics[0].tests: must be a mapping of keys to values, not a list",
            id="tests",
        ),
        pytest.param(
            "topics: [{id: x, match: a, tests: {match: b}}]",
            "a.yaml:2:43: topics[0].tests.match: must be a list, not a text",
            id="tests that are no list",
        ),
        pytest.param(
            "topics: [{id: x, match: a, tests: {match: [{published: soon}]}}]",
            "a.yaml:2:44: topics[0].tests.match[0]: 'published' must be an ISO 8601 "
            "date, not 'soon'",
            id="item of a test",
        ),
        pytest.param(
            "topics: [{id: x, match: a, tests: {ignore: [[b]]}}]",
            "a.yaml:2:45: topics[0].tests.ignore[0]: must be a text, not a list",
            id="list for an item",
        ),
        pytest.param(
            "topics:\n  - id: x\n    match:\n      - title: a",
            "a.yaml:5:9: topics[0].match[0]: must be a text, not a mapping; a text with "
            "a colon and a blank in it needs quotes around it",
            id="colon and blank",
        ),
        pytest.param(
            "topics: [{id: x, match: $a}]\nconcepts: {ab: c}",
            "a.yaml:2:25: topics[0].match: unknown name '$a' (did you mean ab?)",
            id="unknown name",
        ),
        pytest.param(
            "concepts: {a: $b, b: $c, c: $a}",
            "a.yaml:2:12: concepts.a: refers to itself: $a → $b → $c → $a",
            id="circle",
        ),
        pytest.param(
            "concepts: {a: $a}", "a.yaml:2:12: concepts.a: refers to itself: $a → $a", id="self"
        ),
        pytest.param(
            "concepts: {a: b, a1: c )}",
            "a.yaml:2:24: concepts.a1: ')' closes nothing: remove it, or open '(' before it",
            id="unused concept",
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(loading: Loading, text: str, expected: str) -> None:
    assert problems(loading, f"languages: [en]\n{text}\n") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a: [\n",
            "a.yaml:2:1: is not YAML: did not find expected node content while parsing a flow node",
            id="broken",
        ),
        pytest.param(
            'a:\n  - "x" OR y\n',
            "a.yaml:2:9: is not YAML: did not find expected '-' indicator while parsing "
            "a block collection; a text that begins with a quote is quoted as a whole: "
            "'\"two words\" OR other'",
            id="quotes around a part",
        ),
        pytest.param(
            "topics:\n  - id: x\n    match: title: China's\n",
            "a.yaml:3:17: is not YAML: mapping values are not allowed in this context; "
            "a text with a colon and a blank in it needs quotes around it",
            id="colon and blank",
        ),
        pytest.param(
            "a: China's\n}",
            "a.yaml:2:1: is not YAML: did not find expected key while parsing a block mapping",
            id="an apostrophe is no quote",
        ),
        pytest.param(b"a: \xff\n", "a.yaml:1:1: is not UTF-8", id="not UTF-8"),
        pytest.param(
            "a:\n b: \x07",
            "a.yaml:2:5: is not YAML: the character U+0007 is not allowed",
            id="control character",
        ),
        pytest.param("# nothing\n", "a.yaml: is empty", id="empty"),
        pytest.param(
            "- a\n", "a.yaml:1:1: must be a mapping of keys to values, not a list", id="list"
        ),
        pytest.param(
            "topics: []\n",
            "a.yaml:1:1: languages: is missing; it says whose inflections to know, such "
            "as [en, uk], or []",
            id="no languages",
        ),
        pytest.param(
            "languages: [EN, no, '']\n",
            "a.yaml:1:13: languages[0]: must be the code of a language, such as uk; it "
            "is 'EN'\na.yaml:1:21: languages[2]: must be a text; it is empty",
            id="languages",
        ),
        pytest.param(
            "[" * 5000,
            "a.yaml:1:1001: is not YAML: exceeded maximum nesting depth while increasing "
            "flow level",
            id="deep",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    loading: Loading, text: str | bytes, expected: str
) -> None:
    assert "\n".join(problems(loading, text)) == expected


def test_a_missing_file_is_told() -> None:
    with pytest.raises(ConfigError, match=r"^no\.yaml: cannot be read: No such file"):
        load([Path("no.yaml")])


# Mistakes over several files


def test_mistakes_of_all_files_are_told_in_order(loading: Loading) -> None:
    assert problems(
        loading,
        "languages: []\ntopics:\n  - {id: t, match: a (}\n  - {id: u, match: NOT}\n",
        "languages: []\nactors:\n  a: {names: [x]}\ntopics:\n  - {id: t, match: a}\n",
        "languages: []\nconcepts:\n  a: b\n",
    ) == [
        "a.yaml:3:23: topics[0].match: expected a term after '(', found the end",
        "a.yaml:4:23: topics[1].match: expected a term after NOT, found the end",
        "b.yaml:5:10: topics[0].id: 't' is taken: it stands at a.yaml:3",
        "c.yaml:3:3: concepts.a: 'a' is taken: it stands at b.yaml:3",
    ]


def test_names_of_a_broken_file_are_not_called_unknown(loading: Loading) -> None:
    told = problems(
        loading,
        "languages: []\ntopics:\n  - {id: t, match: $a AND $b}\n  - {id: u, match: a )}\n",
        "languages: []\nconcepts: {a: [\n",
    )
    assert [problem.split(":")[0] for problem in told] == ["a.yaml", "b.yaml"]


def test_concepts_stand_in_one_another_only_so_deep(loading: Loading) -> None:
    chain = ", ".join(f"c{number}: $c{number + 1}" for number in range(30))
    text = f"languages: []\nconcepts: {{c30: x, {chain}}}\ntopics: [{{id: t, match: $c0}}]\n"
    assert [told.split(": ", 2)[2] for told in problems(loading, text)] == [
        "concepts stand inside one another more than 20 deep"
    ]


# Bounds


def test_aliases_do_not_explode(loading: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "MAX_NODES", 1000)
    text = "languages: []\nx: &x [a, b, c, d, e, f, g, h, i, j]\nconcepts:\n"
    text += "".join(f"  c{number}: *x\n" for number in range(200))
    assert "a.yaml: has more than 1000 values, those behind aliases counted" in problems(
        loading, text
    )


def test_a_list_inside_itself_ends(loading: Loading) -> None:
    text = "languages: []\nconcepts: {a: &a [x, *a]}\n"
    assert problems(loading, text)


def test_size_is_bounded(loading: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "MAX_BYTES", 10)
    assert problems(loading, "languages: []\n") == ["a.yaml: is larger than 10 bytes"]


def test_many_topics_load_fast_enough_to_be_edited(loading: Loading) -> None:
    topics = "".join(
        f'  - id: t{number}\n    match: ($c AND word{number}) OR "two words" NEAR/5 other\n'
        for number in range(500)
    )
    watchlist = loading(f"languages: [en]\nconcepts: {{c: [x, y]}}\ntopics:\n{topics}")
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
def test_any_bytes_give_a_watchlist_or_told_mistakes(loading: Loading, body: bytes) -> None:
    try:
        watchlist = loading(body)
    except ConfigError as error:
        told = error.problems
    else:
        told = watchlist.warnings
        assert lint(watchlist) is not None
    assert all(problem.file == "a.yaml" and problem.why for problem in told)


# The schema


def test_the_schema_knows_every_key_that_is_read(loading: Loading) -> None:
    loading(WHOLE)
    schema = json_schema()
    topic_keys = schema["properties"]["topics"]["items"]["properties"]
    assert yaml.safe_load(WHOLE).keys() <= schema["properties"].keys()
    assert yaml.safe_load(WHOLE)["topics"][0].keys() == topic_keys.keys()
    assert schema["additionalProperties"] is False
    assert topic_keys["severity"]["enum"] == ["low", "normal", "high", "critical"]
