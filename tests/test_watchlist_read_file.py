"""Mistakes in watchlists, each told at its place."""

from pathlib import Path

import pytest

from tests.conftest import LoadYaml, problems
from watcher.errors import ConfigError
from watcher.watchlist import load


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
            "topics: [{id: x, match: !include a.txt}]",
            "a.yaml:2:25: topics[0].match: tags such as !include are not read: write the text "
            "itself",
            id="tag",
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
def test_a_mistake_is_told_at_its_place(load_yaml: LoadYaml, text: str, expected: str) -> None:
    assert problems(load_yaml, f"languages: [en]\n{text}\n") == [expected]


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
        pytest.param(
            "topics:\n  - id: x\n    match: 'China\n#\n#\n",
            "a.yaml:3:12: is not YAML: the quote that opens here is never closed",
            id="open quote",
        ),
        pytest.param(
            "topics:\n  - id: x\n    match: *graph\n",
            "a.yaml:3:12: is not YAML: found undefined alias; "
            "a text that begins with * or & needs quotes: '*graph'",
            id="a leading star",
        ),
        pytest.param(
            "languages: [en]\n---\nlanguages: [en]\n",
            "a.yaml:2:1: is not YAML: a second document begins here; a file holds one",
            id="two documents",
        ),
        pytest.param(
            "languages:\n  - en\n    - uk\n",
            "a.yaml:3:5: languages[0]: a '-' in the middle of a text: indent it as the entry "
            "before, or quote the text",
            id="an entry indented too far",
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
    load_yaml: LoadYaml, text: str | bytes, expected: str
) -> None:
    assert "\n".join(problems(load_yaml, text)) == expected


def test_a_missing_file_is_told() -> None:
    with pytest.raises(ConfigError, match=r"^no\.yaml: cannot be read: No such file"):
        load([Path("no.yaml")])


# Mistakes over several files


def test_mistakes_of_all_files_are_told_in_order(load_yaml: LoadYaml) -> None:
    assert problems(
        load_yaml,
        "languages: []\ntopics:\n  - {id: t, match: a (}\n  - {id: u, match: NOT}\n",
        "languages: []\nactors:\n  a: {names: [x]}\ntopics:\n  - {id: t, match: a}\n",
        "languages: []\nconcepts:\n  a: b\n",
    ) == [
        "a.yaml:3:23: topics[0].match: expected a term after '(', found the end",
        "a.yaml:4:23: topics[1].match: expected a term after NOT, found the end",
        "b.yaml:5:10: topics[0].id: 't' is taken: it stands at a.yaml:3; rename one",
        "c.yaml:3:3: concepts.a: 'a' is taken: it stands at b.yaml:3; rename one",
    ]


def test_names_of_a_broken_file_are_not_called_unknown(load_yaml: LoadYaml) -> None:
    told = problems(
        load_yaml,
        "languages: []\ntopics:\n  - {id: t, match: $a AND $b}\n  - {id: u, match: a )}\n",
        "languages: []\nconcepts: {a: [\n",
    )
    assert [problem.split(":")[0] for problem in told] == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize("step", [pytest.param(1, id="down"), pytest.param(-1, id="up")])
def test_concepts_stand_in_one_another_only_so_deep(load_yaml: LoadYaml, step: int) -> None:
    def text(deep: int) -> str:
        chain = ", ".join(f"c{n}: $c{n + 1}" for n in list(range(deep))[::step])
        return (
            f"languages: []\nconcepts: {{c{deep}: x, {chain}}}\ntopics: [{{id: t, match: $c0}}]\n"
        )

    assert load_yaml(text(38)).topics
    told = problems(load_yaml, text(1_500))
    assert {problem.split(": ", 2)[2] for problem in told} == {
        "nests over 80 deep with all that its $names stand for: split it"
    }


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        pytest.param("$c{} OR $c{} OR $c{}", "holds over 200,000 words", id="many"),
        pytest.param("$c{}" + " NEAR/1 a" * 20, "nests over 80 deep", id="deep"),
    ],
)
def test_what_grows_too_large_by_its_names_is_told(
    load_yaml: LoadYaml, entry: str, told: str
) -> None:
    chain = ", ".join(f"c{n}: [{entry.replace('{}', str(n - 1))}]" for n in range(1, 20))
    text = f"languages: []\nconcepts: {{c0: x, {chain}}}\ntopics: [{{id: t, match: $c19}}]\n"
    assert told in problems(load_yaml, text)[0]
