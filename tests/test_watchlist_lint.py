"""What a watchlist is warned of: words, clauses, topics and names."""

from collections.abc import Callable
from pathlib import Path

import pytest

from watcher.query import parse
from watcher.watchlist import load
from watcher.watchlist.clauses import contradictions, holds_of_nothing
from watcher.watchlist.lint import lint

Linting = Callable[..., list[str]]


@pytest.fixture
def linting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Linting:
    """Lint a text as `w.yaml`, whose first line is its languages."""
    monkeypatch.chdir(tmp_path)

    def linting(text: str, languages: str = "[]") -> list[str]:
        Path("w.yaml").write_text(f"languages: {languages}\n{text}\n", "utf-8")
        return list(map(str, lint(load([Path("w.yaml")]))))

    return linting


def topic(match: str, more: str = "") -> str:
    return f"topics:\n  - id: t\n    match: {match}\n    {more}"


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        pytest.param(
            "a and b",
            "w.yaml:4:14: topics[0].match: 'and' is taken for a word: write AND, or put it in "
            "quotes",
            id="lower-case operator",
        ),
        pytest.param(
            "Kиїв", "w.yaml:4:12: topics[0].match: 'Kиїв' mixes scripts: 'K' is Latin", id="Latin"
        ),
        pytest.param(
            "new Beijіng",
            "w.yaml:4:20: topics[0].match: 'Beijіng' mixes scripts: 'і' is Cyrillic",
            id="Cyrillic",
        ),
        pytest.param(
            "Кремль OR o\u0301лег",
            "w.yaml:4:22: topics[0].match: 'o\u0301лег' mixes scripts: 'o' is Latin",
            id="Latin with a mark",
        ),
        pytest.param(
            r"drone OR /\bКиїв/",
            r"w.yaml:4:22: topics[0].match: '\b' knows only letters of ASCII: \pL is any letter",
            id="class of ASCII",
        ),
        pytest.param(
            '"space reconnaissance"',
            "w.yaml:4:12: topics[0].match: means space AND reconnaissance: YAML takes the outer "
            "quotes; the phrase is '\"space reconnaissance\"'",
            id="eaten quotes",
        ),
        pytest.param(
            "a AND (b OR c) AND NOT A",
            "w.yaml:4:12: topics[0].match: can never hold: 'a' must be there, and must not",
            id="never",
        ),
        pytest.param(
            "NOT a",
            "w.yaml:3:9: t: holds of items without any word of it: every item costs it a look",
            id="only NOT",
        ),
        pytest.param(
            "Ärger OR x OR arger",
            "w.yaml:4:26: topics[0].match: 'arger' is found by 'Ärger' already (line 4)",
            id="equal after folding",
        ),
        pytest.param(
            "[x OR a, 'b', 'c OR \"x\"']",
            "w.yaml:4:33: topics[0].match[2]: 'x' stands twice; first in line 4",
            id="twice in a list",
        ),
        pytest.param(
            "z (abc* OR b OR abc*)",
            "w.yaml:4:28: topics[0].match: 'abc*' stands twice; first in line 4",
            id="twice in an inner OR",
        ),
    ],
)
def test_one_thing_is_warned_of(linting: Linting, match: str, expected: str) -> None:
    assert linting(topic(match)) == [expected]


@pytest.mark.parametrize(
    "match",
    [
        pytest.param("'\"space reconnaissance\"'", id="a phrase"),
        pytest.param("space reconnaissance", id="two words without quotes"),
        pytest.param('"space AND reconnaissance"', id="quotes around operators"),
        pytest.param("COVID-19 OR iPhone中国 OR Київ OR Kyiv", id="scripts side by side"),
        pytest.param("a AND NOT title:a", id="refused elsewhere"),
        pytest.param("war OR =War OR wars~1 OR war*", id="other ways"),
        pytest.param("(a x) OR (a y)", id="shared by alternatives"),
        pytest.param('\'"a b" OR "a c"\'', id="phrases that begin alike"),
    ],
)
def test_what_is_well_is_not_warned_of(linting: Linting, match: str) -> None:
    assert linting(topic(match)) == []


@pytest.mark.parametrize(
    ("match", "fields", "expected"),
    [
        ("title:a NOT a", "summary", []),
        ("title:a NOT a", "title", ["title:'a' must be there, and must not"]),
        ("author:a NOT a", "author", ["author:'a' must be there, and must not"]),
        ("$c", "title, summary", []),
    ],
    ids=["elsewhere", "there", "of an author", "in a concept that topics look for elsewhere"],
)
def test_what_can_never_hold_depends_on_the_fields_searched(
    linting: Linting, match: str, fields: str, expected: list[str]
) -> None:
    concept = "concepts: {c: content:a NOT a, d: $c}\n"
    other = "\n  - {id: u, match: $d OR $c}"
    told = linting(concept + topic(match, f"in: [{fields}]") + other)
    assert [line.partition("can never hold: ")[2] for line in told] == expected


def test_the_needless_of_equal_terms_is_pointed_at(linting: Linting) -> None:
    told = linting(topic("'party OR Art OR art OR outlet:foo OR foo OR \"foo\"'"))
    assert told == [
        "w.yaml:4:29: topics[0].match: 'art' is found by 'Art' already (line 4)",
        "w.yaml:4:58: topics[0].match: 'foo' stands twice; first in line 4",
    ]


def test_what_unless_takes_away_is_told(linting: Linting) -> None:
    text = "actors: {a: {names: [x, y]}}\n" + topic("$a AND b", "unless: [c, $a]")
    assert linting(text) == ["w.yaml:4:9: t: can never hold: $a must be there, and must not"]


def test_topics_of_one_meaning_and_names_that_none_uses_are_told(linting: Linting) -> None:
    text = (
        "actors: {a: {names: [x]}}\n"
        "concepts: {b: y, c: $b, d: $c}\n"
        "topics:\n  - {id: t, match: $b}\n  - {id: u, match: y}\n"
    )
    assert linting(text) == [
        "w.yaml:2:10: actors.a: no topic uses $a",
        "w.yaml:3:18: concepts.c: no topic uses $c",
        "w.yaml:3:25: concepts.d: no topic uses $d",
        "w.yaml:6:10: u: means the same as t (w.yaml:5)",
    ]


def test_inflection_makes_terms_equal(linting: Linting) -> None:
    text = topic("[satellite OR satellites, \"'two words' OR three\", '\"new satellites\"']")
    assert linting(text, "[en]") == [
        "w.yaml:4:26: topics[0].match[0]: 'satellites' is found by 'satellite' already (line 4)"
    ]


@pytest.mark.parametrize(
    ("terms", "languages", "expected"),
    [
        pytest.param(
            "missile, MISSILES", "en", ["'MISSILES' is found by 'missile'"], id="capitals"
        ),
        pytest.param("MISSILES, missile", "en", ["'MISSILES' is found by 'missile'"], id="later"),
        pytest.param(
            "co-operation, cooperation",
            "en",
            ["'cooperation' is found by 'co-operation'"],
            id="hyphen",
        ),
        pytest.param(
            "cooperation, co-operation",
            "en",
            ["'cooperation' is found by 'co-operation'"],
            id="hyphen later",
        ),
        pytest.param(
            "Зеленский, Зеленского", "ru, uk", ["'Зеленского' is found by 'Зеленский'"], id="name"
        ),
        pytest.param("missile, MISSION", "en", [], id="another word"),
        pytest.param("=co-operation, cooperation", "en", [], id="exact"),
        pytest.param("does know, did know", "en", [], id="a form that is a word elsewhere"),
    ],
)
def test_a_mere_form_of_another_term_is_told(
    linting: Linting, terms: str, languages: str, expected: list[str]
) -> None:
    told = linting(topic(f"[{terms}]"), f"[{languages}]")
    assert [line.partition("]: ")[2].partition(" already")[0] for line in told] == expected


@pytest.mark.parametrize(
    ("terms", "languages", "expected"),
    [
        pytest.param(
            "'\"space agency\"~9', '\"space agencies\"~5'",
            "en",
            ["'space agencies'~5 is found by 'space agency'~9"],
            id="a smaller gap",
        ),
        pytest.param("'\"space agency\"', '\"space agency\"~5'", "en", [], id="a gap"),
        pytest.param("'\"space agency\"~3', '\"space agencies\"~9'", "en", [], id="a wider gap"),
        pytest.param(
            "'\"space agency\"~5', '\"space agency\"'",
            "en",
            ["'space agency' is found by 'space agency'~5"],
            id="no gap",
        ),
        pytest.param(
            "'\"co-operation x\"~3', '\"cooperation x\"~3'",
            "en",
            ["'cooperation x'~3 is found by 'co-operation x'~3"],
            id="a hyphen in a phrase with a gap",
        ),
        pytest.param(
            "'\"su 34 bomber\"', '\"su-34 bomber\"', '\"su-34 bomber\"'",
            "en",
            ["'su 34 bomber' is found by 'su-34 bomber'", "'su-34 bomber' stands twice; first in"],
            id="a hyphen that may be missing",
        ),
        pytest.param("Путина, Путину", "ru, uk", [], id="a wife and a husband"),
        pytest.param(
            "putin, Putin", "en", ["'putin' is found by 'Putin'"], id="a word written as a name"
        ),
    ],
)
def test_only_a_term_that_finds_no_more_is_needless(
    linting: Linting, terms: str, languages: str, expected: list[str]
) -> None:
    told = linting(topic(f"[{terms}]"), f"[{languages}]")
    whys = [line.partition("]: ")[2].partition(" already")[0] for line in told]
    assert [why.partition(" line")[0] for why in whys] == expected


def test_a_wife_is_not_her_husband(linting: Linting) -> None:
    text = "actors: {a: {names: [Путин, Путина, Иванов, Иванова]}}\n" + topic("$a")
    assert linting(text, "[ru, uk]") == []


def test_a_form_of_a_name_finds_less_and_is_no_equal(linting: Linting) -> None:
    text = "actors: {a: {names: [Putin, Putins, Zelenský, Zelensky]}}\n" + topic("$a")
    assert linting(text, "[en]") == [
        "w.yaml:2:47: actors.a.names[3]: 'Zelensky' is found by 'Zelenský' already (line 2)"
    ]


def test_codes_of_no_language_are_told(linting: Linting) -> None:
    assert linting("topics: []", "[uk, ua, qqq]") == [
        "w.yaml:1:17: languages[1]: there is no language 'ua' (did you mean uk?)",
        "w.yaml:1:21: languages[2]: there is no language 'qqq'",
    ]


# Clauses


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a", False),
        ("NOT a", True),
        ("NOT (NOT a)", False),
        ("-a -b", True),
        ("a -b", False),
        ("a OR -b", True),
        ("2 OF (a, -b, -c)", True),
        ("2 OF (a, b, -c)", False),
        ("outlet:x", False),
        ("title:(a)", False),
        ("-title:a", True),
        ("/a+/", False),
    ],
)
def test_what_holds_of_nothing(query: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert holds_of_nothing(parse(query).node) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:a -a", ["title:'a' must be there, and must not"]),
        ("lang:uk lang:ru", ["no item is both lang:ru and lang:uk"]),
        ("outlet:A outlet:B", ["no item is both outlet:A and outlet:B"]),
        ('FIRST/2("a b c")', ["'a b c' has 3 words, FIRST/2 looks at fewer"]),
        ("x OR (a NEAR/3 b -b)", ["'b' must be there, and must not"]),
        ("2 OF (a, b) -a", ["'a' must be there, and must not"]),
        ("ATLEAST/2(a) -(a OR c)", ["'a' must be there, and must not"]),
        ("age:<2d -age:<2d", ["age:<2d must be there, and must not"]),
        ("age:<1d age:>=1d", ["no item is both age:<1d and age:>=1d"]),
        (
            "published:>2026-01-05 published:<=2026-01-05",
            ["no item is both published:<=2026-01-05 and published:>2026-01-05"],
        ),
        (
            "published:2026-01-05 published:2026-02-05",
            ["no item is both published:2026-01-05 and published:2026-02-05"],
        ),
        ("published:>=2026-01-05 published:<=2026-01-05 age:<1d age:<2d", []),
        ("NOT (a -a)", ["'a' must be there, and must not"]),
        ("a ((-a -b) OR (-a -c))", ["'a' must be there, and must not"]),
        ("a -title:a", []),
        ("lang:zh lang:zh-Hans", []),
        ("lang:zh lang:zh_Hans", []),
        ("site:пошта.укр site:xn--80a1acn3a.xn--j1amh", []),
        ("lang:zh-Hans lang:zh-Hant", ["no item is both lang:zh-Hans and lang:zh-Hant"]),
        ("site:*.example site:a.example", []),
        ("tag:a tag:b", []),
        ("site:www.a.example site:a.example", []),
        ("group:é group:E", []),
        ("feed:a feed:b", []),
        ("author:a -a", []),
        ('FIRST/1(a-b) OR FIRST/1("a b")', []),
        ('FIRST/1("a b"~2)', []),
        ("FIRST/1(=a-b)", ["'a-b' has 2 words, FIRST/1 looks at fewer"]),
        ("outlet:A outlet:a", []),
        ("1 OF (a, b) -a", []),
        ("a NOT NEAR/3 b -b", []),
        ("a -(a b)", []),
        ("a (b OR -a)", []),
        ("/a/ -/a/", []),
        ("=a -a", []),
    ],
)
def test_what_can_never_hold(query: str, expected: list[str]) -> None:
    assert list(contradictions(parse(query).node)) == expected
