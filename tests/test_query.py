import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.nodes import And, Fact, Group, In, Near, Node, Not, Or, Regex, Term
from watcher.query import QueryError, name_node, parse, version_of
from watcher.query.write import write

A, B, C = Term("a"), Term("b"), Term("c")
NAMES: dict[str, Node] = {
    "china": Or((name_node("China"), name_node("PRC"))),
    "deal": And((A, B)),
    "close": Near(A, B, 3),
}


@pytest.mark.parametrize(
    ("text", "node"),
    [
        pytest.param("a b", And((A, B)), id="side by side means AND"),
        pytest.param("a AND b AND c", And((A, B, C)), id="AND is flat"),
        pytest.param("a OR b c", Or((A, And((B, C)))), id="AND binds before OR"),
        pytest.param("a -b c", And((A, Not(B), C)), id="minus binds before AND"),
        pytest.param("NOT a NEAR/3 b", Not(Near(A, B, 3)), id="NEAR binds before NOT"),
        pytest.param("NOT NOT a", Not(Not(A)), id="NOT NOT"),
        pytest.param("a NEAR/3 b ONEAR/2 c", Near(Near(A, B, 3), C, 2, ordered=True), id="chain"),
        pytest.param("a NOT NEAR/5 b", Near(A, B, 5, negated=True), id="NOT NEAR"),
        pytest.param("a NEAR/s b", Near(A, B, "s"), id="same sentence"),
        pytest.param("a NEAR/p b", Near(A, B, "p"), id="same paragraph"),
        pytest.param("title:(a NEAR/3 b)", In("title", Near(A, B, 3)), id="field of a group"),
        pytest.param("title:=US", In("title", Term("US", exact=True)), id="field of an exact word"),
        pytest.param("=US", Term("US", exact=True), id="exact word"),
        pytest.param('="Red Cross"', Term("Red Cross", exact=True), id="exact phrase"),
        pytest.param('"a b"~4', Term("a b", slop=4), id="loose phrase"),
        pytest.param('"卫星"~4', Term("卫星", slop=4), id="loose phrase without gaps"),
        pytest.param('="a b"~4', Term("a b", exact=True, slop=4), id="exact loose phrase"),
        pytest.param("satell*", Term("satell*", wildcard=True), id="star"),
        pytest.param('"wom?n right*"', Term("wom?n right*", wildcard=True), id="in quotes"),
        pytest.param("satelite~1", Term("satelite", edits=1), id="edit distance"),
        pytest.param("F/A-18", Term("F/A-18"), id="punctuation inside"),
        pytest.param("10:30", Term("10:30"), id="a time is no field"),
        pytest.param("/sat+ell/i", Regex("sat+ell", ignore_case=True), id="regular expression"),
        pytest.param("/a (b|c)/", Regex("a (b|c)"), id="brackets in a regular expression"),
        pytest.param("lang:zh", Fact("lang", "zh"), id="fact"),
        pytest.param("lang:zh_Hans", Fact("lang", "zh-Hans"), id="language with an underscore"),
        pytest.param("tag:a_b", Fact("tag", "a_b"), id="tag with an underscore"),
        pytest.param('outlet:"The Paper"', Fact("outlet", "The Paper"), id="fact in quotes"),
        pytest.param("published:>=2026-01-01", Fact("published", "2026-01-01", ">="), id="date"),
        pytest.param("age:<2d", Fact("age", "2d", "<"), id="age"),
        pytest.param("$china", Group("china", NAMES["china"]), id="name"),
        pytest.param("ANDROID ORBIT NOTE", And((Term("ANDROID"), Term("ORBIT"), Term("NOTE"))),
                     id="words that begin like operators"),
        pytest.param('"AND"', Term("AND"), id="an operator in quotes is a word"),
        pytest.param("OF a", And((Term("OF"), A)), id="OF alone is a word"),
        pytest.param("((a))", A, id="brackets leave no trace"),
        pytest.param("a\u00a0AND\u3000b\u2028c", And((A, B, C)), id="any white space is a blank"),
        pytest.param("\u3000a NOT\u00a0NEAR/5\u2003b\u00a0", Near(A, B, 5, negated=True),
                     id="white space about an operator"),
    ],
)  # fmt: skip
def test_reads(text: str, node: Node) -> None:
    assert parse(text, names=NAMES).node == node


@pytest.mark.parametrize(
    ("text", "offset", "why"),
    [
        pytest.param("a AND", 5, "expected a term after AND, found the end", id="no operand"),
        pytest.param("a AND OR b", 6, "expected a term after AND, found OR", id="two operators"),
        pytest.param("OR b", 0, "expected a term before OR", id="no left operand"),
        pytest.param("a AND (b OR (c)", 6, "'(' is never closed", id="open bracket"),
        pytest.param("2 OF (a, b", 5, "'(' is never closed", id="open list"),
        pytest.param("a)", 1, "')' closes nothing", id="closing bracket"),
        pytest.param("(a NEAR/5)", 9, "expected a term after NEAR/5, found ')'", id="NEAR )"),
        pytest.param("a NEAR/3 NOT b", 9, "write 'a NOT NEAR/3 b'", id="NEAR NOT"),
        pytest.param("a NEAR b", 2, "NEAR/5", id="NEAR without a number"),
        pytest.param("a NEAR/0 b", 2, 'write "a b"', id="NEAR/0"),
        pytest.param("a NEAR/9999 b", 2, "too wide", id="NEAR too wide"),
        pytest.param(f"a NEAR/{'9' * 5000} b", 2, "too large", id="NEAR of many digits"),
        pytest.param(f'"a b"~{"9" * 5000}', 0, "too large", id="gap of many digits"),
        pytest.param(f"word~{'9' * 5000}", 0, "too large", id="distance of many digits"),
        pytest.param("卫" * 201, 0, "at most 200", id="long phrase without gaps"),
        pytest.param("FIRST/5 (a)", 0, "FIRST/3(word)", id="blank before the bracket"),
        pytest.param("FIRST/0(a)", 0, "above 0", id="FIRST/0"),
        pytest.param("ATLEAST/9999999(a)", 0, "too large", id="ATLEAST too large"),
        pytest.param("0 OF (a, b)", 0, "from 1 to 2", id="0 OF"),
        pytest.param("2 OF (a)", 0, "two members", id="one member"),
        pytest.param("()", 1, "expected a term inside '()'", id="empty brackets"),
        pytest.param('""', 0, "expected a word", id="empty phrase"),
        pytest.param("", 0, "found nothing", id="empty query"),
        pytest.param("- a", 0, "right before a word", id="lone minus"),
        pytest.param("a AND NOT", 9, "after NOT, found the end", id="lone NOT"),
        pytest.param('a "b', 2, "never closed", id="open quote"),
        pytest.param("a /b", 2, "never closed", id="open regular expression"),
        pytest.param("/a(b/", 0, "not a regular expression", id="bad regular expression"),
        pytest.param(r"/(a)\1/", 0, "not a regular expression", id="back reference"),
        pytest.param("/(?=a)/", 0, "not a regular expression", id="look-around"),
        pytest.param("/a/x", 0, "unknown flag 'x'", id="flag"),
        pytest.param("titel:a", 0, "did you mean title?", id="unknown field"),
        pytest.param("https://a.example/", 0, "put addresses in quotes", id="address"),
        pytest.param("title: a", 0, "or '(', with no blank between", id="blank after a field"),
        pytest.param("a title:", 2, "right before a word, a phrase", id="nothing after a field"),
        pytest.param("lang:", 0, "right before one value", id="nothing after a fact"),
        pytest.param("tag:(a OR b)", 0, "write tag:a OR tag:b", id="brackets after a fact"),
        pytest.param("=title:US", 0, "title:=US", id="= before a field"),
        pytest.param("=(a)", 0, "right before a word", id="= before a bracket"),
        pytest.param("=(", 0, "'=' stands right before a word", id="= before an open bracket"),
        pytest.param('="x" = AND', 5, "'=' stands right before a word", id="= before AND"),
        pytest.param("$", 0, "expected a name right after '$'", id="no name"),
        pytest.param("a $ b", 2, "expected a name right after '$'", id="no name amid words"),
        pytest.param("=$china", 0, "list of names", id="= before a name"),
        pytest.param("$chnia", 0, "did you mean china?", id="unknown name"),
        pytest.param("sa*", 0, "3 letters beside '*'", id="short beside a star"),
        pytest.param("a ??", 2, "expected a word", id="only question marks"),
        pytest.param('="sat* x"', 0, "do not go together", id="= and star"),
        pytest.param("=wom?n", 0, "'=' and '?' do not go together", id="= and a question mark"),
        pytest.param("=word~1", 0, "write =word, or word~1", id="= and ~"),
        pytest.param('"satelite"~1', 0, "write satelite~1", id="a gap in a word"),
        pytest.param('"satell*"~1', 0, "words: remove '~1'", id="a gap in a word with a star"),
        pytest.param("a*-bar", 0, "'a*' needs 3 letters", id="short beside a star and a hyphen"),
        pytest.param('"a*,bar"', 0, "'a*' needs 3 letters", id="short beside a star and a comma"),
        pytest.param("*-abc", 0, "'*' needs 3 letters", id="no letter beside a star"),
        pytest.param("卫星人*", 0, "'*' needs 3 letters", id="a star where letters are words"),
        pytest.param("d'a*", 0, "3 letters beside", id="an apostrophe is no letter"),
        pytest.param("wor~1", 0, "4 letters", id="short for ~1"),
        pytest.param(".abc~1", 0, "4 letters", id="a dot is no letter"),
        pytest.param("seven77~2", 0, "8 letters", id="short for ~2"),
        pytest.param("word~3", 0, "~1 or ~2", id="~3"),
        pytest.param("F/A-18~1", 0, "one plain word", id="~ of a phrase"),
        pytest.param('"a b"~5000', 0, "too wide", id="too loose"),
        pytest.param("(a AND b) NEAR/5 c", 1, "AND cannot stand inside NEAR/5", id="AND in NEAR"),
        pytest.param("c NEAR/5 (a OR title:b)", 15, "title:(a NEAR/3 b)", id="field in NEAR"),
        pytest.param("c NEAR/5 $deal", 9, "$deal", id="name of an AND in NEAR"),
        pytest.param("FIRST/5(lang:uk)", 8, "cannot stand inside", id="fact in FIRST"),
        pytest.param("ATLEAST/2(a b)", 10, "AND cannot stand", id="AND in ATLEAST"),
        pytest.param("a, b", 1, "n OF (a, b)", id="comma"),
        pytest.param("ministry of law, army", 15, "a comma stands only in", id="a word of"),
        pytest.param("c 2 of (a, b)", 4, "'of' is taken for a word: write OF", id="lower-case of"),
        pytest.param("a &", 2, "expected a word, found '&'", id="no word"),
        pytest.param("age:2", 0, "36h", id="age without a unit"),
        pytest.param("published:>soon", 0, "2026-01-31", id="no date"),
        pytest.param("a published:>9999-12-31", 2, "9999-12-30 or earlier", id="last day"),
        pytest.param("published:0000-01-01", 0, "2026-01-31", id="no such year"),
        pytest.param("published:<10000-01-01", 0, "2026-01-31", id="five digits"),
        pytest.param("age:<99999999w", 0, "36h", id="age of ages"),
        pytest.param("outlet:>x", 0, "knows no '>'", id="comparison of a text"),
        pytest.param('a outlet:""', 2, "'outlet:' needs a value", id="nothing told"),
        pytest.param("site:https://a.example/b", 0, "site:a.example", id="address of a site"),
        pytest.param("NOT " * 60 + "a", 40, "nested", id="too deep"),
        pytest.param("a" * 250_001, 250_000, "250000", id="too long"),
        pytest.param("x " + "a" * 201, 2, "longer than 200", id="long word"),
        pytest.param('"' + "ab " * 51 + '"', 0, "at most 50", id="long phrase"),
    ],
)
def test_tells_what_is_wrong_and_where(text: str, offset: int, why: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, names=NAMES)
    assert why in str(caught.value)
    if offset != 40:
        assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "advised"),
    [
        ("title:NOT a", "b NOT title:a"),
        ("title:-a", "b NOT title:a"),
        ("a NEAR/3 NOT b", "a NOT NEAR/3 b"),
        ("a NEAR/3 -b", "a NOT NEAR/3 b"),
        ("a ONEAR/s NOT b", "a NOT (a ONEAR/s b)"),
        ("a NOT NEAR/3 NOT b", "a NOT NEAR/3 b"),
    ],
)
def test_what_is_advised_for_a_misplaced_not_is_a_query(text: str, advised: str) -> None:
    with pytest.raises(QueryError, match=re.escape(f"write '{advised}'")):
        parse(text)
    parse(advised)


def test_names_may_stand_inside_near() -> None:
    node = parse("$china NEAR/3 ($close OR c)", names=NAMES).node
    assert isinstance(node, Near)


@pytest.mark.parametrize(
    ("text", "offset", "why"),
    [
        pytest.param("“a b” c", 0, 'read “ as "', id="smart quotes are repaired"),
        pytest.param("A OR b or C", 7, "write OR", id="lower-case or"),
        pytest.param("a and b", 2, "write AND", id="lower-case and"),
        pytest.param("a And b", 2, "'And' is taken for a word: write AND,", id="mixed case"),
        pytest.param("a and(b)", 2, "write AND", id="before a bracket"),
        pytest.param('(a)or"b"', 3, "write OR", id="between a bracket and a quote"),
        pytest.param("not china", 0, "write NOT", id="not at the start"),
        pytest.param("a OR (not china)", 6, "write NOT", id="not in brackets"),
        pytest.param("china near russia", 6, "write NEAR/5", id="near alone"),
        pytest.param("china near/7 russia", 6, "write NEAR/7,", id="near with a number"),
        pytest.param('"a"near/S(b)', 3, "'near/S' is taken for a word: write NEAR/s,", id="near/s"),
        pytest.param("a Onear/p b", 2, "write ONEAR/p,", id="onear"),
        pytest.param("a NOT near/3 b", 6, "write NEAR/3", id="not near"),
        pytest.param("first/9(a)", 0, "write FIRST/9(word)", id="first"),
        pytest.param("b AtLeast/2 (a)", 2, "write ATLEAST/2(word)", id="atleast"),
        pytest.param("a 2  of (b c)", 2, "'2 of' is taken for a word: write 2 OF (", id="of"),
        pytest.param('/"/ or "b"', 4, "write OR", id="after a quote in a regular expression"),
    ],
)
def test_remarks_on_the_suspicious(text: str, offset: int, why: str) -> None:
    first, *_ = parse(text).remarks
    assert (first.offset, why in first.why) == (offset, True)


@pytest.mark.parametrize(
    "text",
    [
        *('"war and peace"', "/war and peace/", "/“war” and/", "or", "or OR a", "2 OF (or, not)"),
        *("a AND NOT b", "a NOT NEAR/s b", "FIRST/3(a) ATLEAST/2(b)", "2  OF (a, b)", "near/far"),
        *("first/half", "title:not", "a 2 of b", "a or"),
    ],
)
def test_what_looks_like_no_operator_is_not_suspicious(text: str) -> None:
    assert parse(text).remarks == ()


def test_a_regex_keeps_its_quotes() -> None:
    assert parse("a /“war”/i").node == And((Term("a"), Regex("“war”", ignore_case=True)))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        pytest.param('"завод «Азовсталь»"', Term("завод «Азовсталь»"), id="at the end"),
        pytest.param('"рух «Азов» заявив"', Term("рух «Азов» заявив"), id="in the middle"),
        pytest.param('="a “b”"', Term("a “b”", exact=True), id="exactly"),
        pytest.param('outlet:"Газета «День»"', Fact("outlet", "Газета «День»"), id="in a fact"),
    ],
)
def test_smart_quotes_between_straight_ones_stay(text: str, node: Node) -> None:
    assert parse(text).node == node
    assert parse(text).remarks == ()


@pytest.mark.parametrize(
    "text",
    ['«a b» "c «d» e"', '«a b" "c «d» e"', '/"/ «a b» "c «d» e"', 'title:/"/ -/"/ «a b» "c «d» e"'],
    ids=["before", "closed by a straight one", "after a regex", "after regexes"],
)
def test_smart_quotes_outside_of_straight_ones_are_repaired(text: str) -> None:
    node = parse(text).node
    assert isinstance(node, And)
    assert node.parts[-2:] == (Term("a b"), Term("c «d» e"))


@pytest.mark.parametrize(
    "text",
    [
        '"space station” OR “satellite image"',
        '"space station” OR "satellite image"',
        '"space station“ OR "satellite image“',
    ],
)
def test_quotes_that_are_half_smart_part_phrases(text: str) -> None:
    parsed = parse(text)
    assert parsed.node == Or((Term("space station"), Term("satellite image")))
    assert parsed.remarks


def test_smart_quotes_read_as_a_phrase() -> None:
    assert parse("„a b“").node == Term("a b")


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("Xi Jinping", Term("Xi Jinping", name=True)),
        ("=WHO", Term("WHO", exact=True, name=True)),
        ("АНД AND", Term("АНД AND", name=True)),
    ],
    ids=["phrase", "exactly", "operators are words"],
)
def test_names_are_phrases(name: str, term: Term) -> None:
    assert name_node(name) == term


def test_a_name_needs_a_word() -> None:
    with pytest.raises(QueryError):
        name_node("—")


words = st.sampled_from(["a", "b", "Китай", "中国", "don't", "F/A-18", "AND"])
leaves = st.one_of(
    st.builds(Term, words),
    st.builds(Term, words, exact=st.booleans()),
    st.builds(Term, st.just("a b"), slop=st.integers(0, 9)),
    st.just(Term("satell*", wildcard=True)),
    st.just(Term("satelite", edits=1)),
    st.builds(Regex, st.just("a[bc]"), st.booleans()),
    st.builds(Fact, st.just("outlet"), st.sampled_from(["x", "The Paper"])),
    st.just(Fact("published", "2026-01-01", ">")),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(In, st.just("title"), inner),
        st.builds(Or, st.tuples(inner, inner)),
        st.builds(And, st.tuples(inner, inner)),
    ),
    max_leaves=6,
)


@given(trees)
def test_what_is_written_reads_the_same(node: Node) -> None:
    assert version_of(parse(write(node)).node) == version_of(node)


def offset_of_mistake(text: str) -> int:
    try:
        parse(text)
    except QueryError as error:
        return error.offset
    return 0


@given(st.text(alphabet='abc "()-=~*?/:$,.0123456789ANDORTEFISLsp\n', max_size=40))
def test_any_text_is_a_query_or_a_mistake_inside_it(text: str) -> None:
    assert 0 <= offset_of_mistake(text) <= len(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("a AND b", "b a", id="order"),
        pytest.param("a OR (b OR c)", "(a OR b) OR c", id="nesting"),
        pytest.param("$china", 'PRC OR "China"', id="names"),
        pytest.param("a NEAR/2 b", "b NEAR/2 a", id="sides of NEAR"),
        pytest.param('"a  b"', '"a b"', id="blanks"),
        pytest.param("a-b", '"a b"', id="open or hyphened, of two words"),
        pytest.param("a OR a", "a", id="twice"),
        pytest.param("c 2 OF (a, b)", "a AND b AND c", id="all of some"),
        pytest.param("1 OF (a, $china)", "PRC OR China OR a", id="one of some"),
        pytest.param("lang:ZH", "lang:zh", id="case of a fact"),
        pytest.param("site:www.a.example", "site:A.example", id="www of a site"),
        pytest.param("age:<2d", "age:<48h", id="age"),
        pytest.param("published:<2026-01-02", "published:<=2026-01-01", id="moment"),
    ],
)
def test_equal_meaning_has_an_equal_version(one: str, other: str) -> None:
    assert version_of(parse(one, names=NAMES).node) == version_of(parse(other, names=NAMES).node)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("a ONEAR/2 b", "b ONEAR/2 a", id="sides of ONEAR"),
        pytest.param("a NOT NEAR/2 b", "b NOT NEAR/2 a", id="sides of NOT NEAR"),
        pytest.param("=us", "us", id="exactness"),
        pytest.param("a", "title:a", id="field"),
        pytest.param("1 OF (a, b)", "2 OF (a, b)", id="count"),
        pytest.param("2 OF (a, b)", "2 OF (a, b, c)", id="some of more"),
        pytest.param("NOT NOT a", "a", id="evidence"),
        pytest.param("FIRST/2(a)", "ATLEAST/2(a)", id="operator"),
        pytest.param("/a/", "/a/i", id="flag"),
        pytest.param("age:<2d", "age:>2d", id="comparison"),
        pytest.param("tag:a", "group:a", id="fact"),
        pytest.param('"su 34 bomber"', '"su-34 bomber"', id="a hyphen that may be missing"),
    ],
)
def test_other_meaning_has_another_version(one: str, other: str) -> None:
    assert version_of(parse(one).node) != version_of(parse(other).node)


def test_a_version_knows_unless_fields_and_languages() -> None:
    versions = {
        version_of(A),
        version_of(A, unless=B),
        version_of(A, fields=("title",)),
        version_of(A, languages=("uk",)),
    }
    assert len(versions) == 4


def test_a_version_of_deeply_nested_parts_takes_no_room() -> None:
    assert len(version_of(parse("a NEAR/3 " * 40 + "b").node)) == 16
