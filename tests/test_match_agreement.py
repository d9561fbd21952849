"""The matcher finds what the reference finds, and where."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference import Reference
from watcher.match import Matcher, explain
from watcher.models import SEARCHED, Item, Topic
from watcher.nodes import (
    And,
    AtLeast,
    AtLeastOf,
    Fact,
    Field,
    First,
    Group,
    In,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
)

EXAMPLES = int(os.environ.get("WATCHER_EXAMPLES", "150"))
AGREEMENT = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

WORDS_OF_TEXTS = """
a b c B É e\u0301 US us cease fire ceasefire Fires cease-fire a-b-c a-b ab abc l'a a's b’s do‘nt
中国 中 國 国 สวัส ＦＵＬＬ full ﬁre со\u00adюз союз Зеле́нский зеленский й и\u0306 и 한국은 한국
الصين والصين صين للصين הסין סין 😀 ❤️ wire tire xcease a\u200bb \u200b F/A-18 18 Çin'in Çin
👩\u200d👩 हिन्दी Straße strasse NATO의 וּבְסִין وَالصِّين τῇ
"""
WORDS_OF_TERMS = """
a,b,c,É,e,US,us,ceasefire,cease-fire,cease fire,a b,a-b-c,a b c,b c,中国,國,中国 a,สวัส,full,fire
союз,Зеленский,й,и,한국,صين,الصين,סין,18,F/A-18,Çin,हिन्दी,NATO,τη,fire a,don't nt
"""
TEXT_WORDS = st.sampled_from(WORDS_OF_TEXTS.split())
TERM_TEXTS = st.sampled_from(WORDS_OF_TERMS.strip().replace("\n", ",").split(","))
GAPS = st.sampled_from(
    [
        *"    -。’",
        "-\u200b",
        ". ",
        ".\u200f ",
        "! ",
        "\n\n",
        "\r\r",
        "\r\n",
        ", ",
        "",
        " <p> ",
        "<P>",
    ]
)
EXACT_TEXTS = st.sampled_from(["US", "É", "a b", "B", "中国", "cease-fire", "ceasefire", "Çin"])
WILD_TEXTS = st.sampled_from(
    ["ceas*", "*ire", "?ire", "c*se*e", "fir* a", "cease-fir*", "со?з", "stra?e"]
)
ALWAYS = st.booleans().map(lambda _: True)


@st.composite
def texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.tuples(TEXT_WORDS, GAPS), max_size=9))
    return "".join(word + gap for word, gap in words)


terms = st.one_of(
    st.builds(Term, TERM_TEXTS),
    st.builds(Term, TERM_TEXTS),
    st.builds(Term, TERM_TEXTS, name=st.booleans()),
    st.builds(Term, EXACT_TEXTS, exact=ALWAYS),
    st.builds(Term, WILD_TEXTS, wildcard=ALWAYS),
    st.builds(
        Term,
        st.sampled_from(["a b", "a c", "a b c", "a-b c", "cease-fire a", "中国 a"]),
        slop=st.integers(1, 3),
    ),
    st.builds(Term, st.sampled_from(["fire", "cease", "союз"]), edits=st.just(1)),
    st.builds(Term, st.sampled_from(["ceasefire", "зеленский"]), edits=st.just(2)),
    st.builds(Regex, st.sampled_from(["[ab]+", "fi.e", "国", "a b?", "-"]), st.booleans()),
)


def near_parts(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Group, st.just("g"), st.builds(Or, st.tuples(inner, inner))),
        st.builds(
            Near,
            inner,
            inner,
            st.sampled_from([1, 2, 4, "s", "p"]),
            st.booleans(),
            st.sampled_from([False, False, True]),
        ),
    )


nearables = st.recursive(terms, near_parts, max_leaves=4)
FIELD = st.sampled_from(["title", "summary", "author"])
facts = st.builds(Fact, st.just("lang"), st.sampled_from(["uk", "zh", "e*"]))
clauses = st.one_of(
    nearables,
    st.builds(First, st.integers(1, 4), nearables),
    st.builds(AtLeast, st.integers(1, 3), nearables),
    facts,
)


def wholes(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Not, inner),
        st.builds(AtLeastOf, st.integers(1, 2), several),
        st.builds(In, FIELD, inner),
        st.builds(Group, st.just("g"), inner),
    )


nodes = st.recursive(clauses, wholes, max_leaves=5)
FIELDS_ASKED: st.SearchStrategy[tuple[Field, ...]] = st.sampled_from(
    [SEARCHED, SEARCHED, ("title",), ("summary", "author")]
)
topics = st.builds(
    Topic, id=st.just("t"), query=nodes, unless=st.none() | nodes, fields=FIELDS_ASKED
)
items = st.builds(
    Item, title=texts(), summary=texts(), author=texts(), language=st.sampled_from(["", "uk", "en"])
)


def numbered(asked: list[Topic]) -> list[Topic]:
    return [
        Topic(id=str(number), query=topic.query, unless=topic.unless, fields=topic.fields)
        for number, topic in enumerate(asked)
    ]


def found_by(matcher: Matcher, item: Item) -> dict[str, set[tuple[str, int, int, str]]]:
    return {
        match.topic: {(told.field, told.start, told.end, told.term) for told in match.evidence}
        for match in matcher.match(item)
    }


@AGREEMENT
@given(st.lists(topics, min_size=1, max_size=6), st.lists(items, min_size=1, max_size=4))
def test_agrees_with_the_reference(asked: list[Topic], given_items: list[Item]) -> None:
    asked = numbered(asked)
    matcher = Matcher(asked)
    for item in given_items:
        reference = Reference(item)
        expected = {
            topic.id: reference.evidence(topic) for topic in asked if reference.matches(topic)
        }
        assert found_by(matcher, item) == expected


@AGREEMENT
@given(st.lists(topics, min_size=2, max_size=6), st.lists(items, min_size=1, max_size=3))
def test_topics_come_and_go_without_a_trace(asked: list[Topic], given_items: list[Item]) -> None:
    asked = numbered(asked)
    matcher = Matcher(asked[:1])
    for item in given_items:
        matcher.match(item)
    for topic in asked[1:]:
        matcher.add(topic)
        matcher.match(given_items[0])
    matcher.remove("0")
    fresh = Matcher(asked[1:])
    for item in given_items:
        assert found_by(matcher, item) == found_by(fresh, item)


@AGREEMENT
@given(topics, items)
def test_an_explanation_says_what_the_matcher_says(topic: Topic, item: Item) -> None:
    explanation = explain(topic, item)
    assert explanation.matched == bool(Matcher([topic]).match(item))
    assert not (explanation.matched and explanation.failing)


@AGREEMENT
@given(topics, items)
def test_evidence_is_cut_from_its_field(topic: Topic, item: Item) -> None:
    for match in Matcher([topic]).match(item):
        for told in match.evidence:
            assert told.text == getattr(item, told.field)[told.start : told.end] != ""


plain_terms = st.builds(Term, TERM_TEXTS)
plain_near = st.builds(Near, plain_terms, plain_terms, st.integers(1, 4))
positive = st.recursive(
    plain_terms | plain_near,
    lambda inner: st.builds(And, st.tuples(inner, inner)) | st.builds(Or, st.tuples(inner, inner)),
    max_leaves=4,
)


@AGREEMENT
@given(positive, items)
def test_without_its_evidence_an_item_no_longer_matches(query: Node, item: Item) -> None:
    matcher = Matcher([Topic(id="t", query=query)])
    for match in matcher.match(item):
        told = {"title": item.title, "summary": item.summary}
        for place in match.evidence:
            text = told[place.field]
            blank = "·" * (place.end - place.start)
            told[place.field] = text[: place.start] + blank + text[place.end :]
        assert matcher.match(Item(title=told["title"], summary=told["summary"])) == []
