from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.match import explain
from watcher.match.steps import Step
from watcher.models import SEARCHED, Item, Topic
from watcher.nodes import And, AtLeastOf, Field, In, Node, Not, Or, Term
from watcher.query import name_node, parse

NAMES: dict[str, Node] = {"china": Or((name_node("China"), name_node("PRC")))}


def topic(query: str, unless: str = "") -> Topic:
    return Topic(
        id="intel",
        query=parse(query, names=NAMES).node,
        unless=parse(unless).node if unless else None,
    )


def test_tells_what_holds_and_where() -> None:
    told = explain(topic("$china AND launch"), Item(title="China will launch"))
    assert told.to_text() == (
        "intel matches\n"
        "yes   all of\n"
        "yes     $china\n"
        "yes       any of\n"
        "yes         \"China\": 'China' in title\n"
        "            and 1 more\n"
        "yes     \"launch\": 'launch' in title"
    )


def test_names_the_fewest_clauses_that_fail() -> None:
    told = explain(
        topic("china AND (sea OR (a AND b))", '"the weather"'), Item(title="China, the weather")
    )
    assert [step.what for step in told.failing or ()] == ['"sea"', '"the weather"']
    assert told.to_text().endswith(
        'It would match if all of\n  "sea" were there\n  "the weather" were absent'
    )


def test_shows_which_places_were_near() -> None:
    told = explain(topic("a NEAR/1 b"), Item(title="a x x b x a"))
    (place,) = told.root.places
    assert (place.text, [part.held for part in told.root.parts]) == ("b x a", [True, True])


def test_names_nearness_so_that_it_can_be_pasted() -> None:
    query = '("a" OR "b") NEAR/2 ("c" ONEAR/1 "d")'
    assert explain(topic(query), Item(title="a")).root.what == query


@pytest.mark.parametrize(
    ("count", "told"),
    [
        pytest.param(5, "'a' in title, 'a' in title", id="a handful"),
        pytest.param(1_500, "'a' in title, and 1,495 more", id="many"),
        pytest.param(50_000, "'a' in title, and at least 9,995 more", id="more than are looked at"),
    ],
)
def test_of_many_places_a_handful_is_told(count: int, told: str) -> None:
    text = explain(topic("a"), Item(title="a " * count)).to_text()
    assert text.endswith(told)
    assert text.count("'a'") == 5


def test_of_many_places_json_tells_those_that_are_evidence() -> None:
    told = explain(topic("a"), Item(title="a " * 1_500)).to_json()
    assert len(told["tree"]["places"]) == 1_000


def test_one_clause_is_enough_to_say() -> None:
    told = explain(topic("a"), Item(title="b"))
    assert told.to_text().splitlines()[-2:] == ["It would match if", '  "a" were there']


@pytest.mark.parametrize(
    ("query", "fields", "wish"),
    [
        pytest.param("title:a AND summary:a", SEARCHED, '"a" were in the summary', id="one"),
        pytest.param("title:b", ("author",), '"b" were in the title', id="named"),
        pytest.param("b", ("summary", "title"), '"b" were in the title or the summary', id="some"),
        pytest.param("NOT a", ("title",), '"a" were not in the title', id="refused"),
        pytest.param("NOT a", SEARCHED[::-1], '"a" were absent', id="the usual ones"),
        pytest.param("lang:uk", ("title",), "lang:uk were there", id="a fact"),
    ],
)
def test_says_in_which_fields(query: str, fields: tuple[Field, ...], wish: str) -> None:
    told = explain(Topic(id="t", query=parse(query).node, fields=fields), Item(title="a"))
    assert told.to_text().splitlines()[-1].strip() == wish


def test_says_which_fields_were_searched() -> None:
    told = explain(Topic(id="t", query=Term("a"), fields=("summary",)), Item(title="a"))
    assert told.to_text().splitlines()[0] == "t does not match (searched in the summary)"
    assert told.to_json()["failing"] == [{"clause": '"a"', "held": False, "fields": ["summary"]}]


def test_tells_itself_as_json() -> None:
    told = explain(topic("2 OF (a, /b/, title:c) AND NOT d"), Item(title="a d")).to_json()
    assert told["matched"] is False
    assert told["tree"]["parts"][0]["clause"] == "2 of"
    assert told["tree"]["parts"][0]["parts"][0]["places"] == [
        {"field": "title", "start": 0, "end": 1, "text": "a"}
    ]
    assert [step["clause"] for step in told["failing"]] == ["/b/", '"d"']


@pytest.mark.parametrize(
    ("query", "wishes"),
    [
        pytest.param("moon AND Moon", ["Moon"], id="written with a capital"),
        pytest.param("moon AND =Moon", ["moon", "=Moon"], id="exact"),
        pytest.param("moo* AND moo?", ["moo*", "moo?"], id="wildcards"),
        pytest.param('"full moon" AND "Full Moon"', ["full moon", "Full Moon"], id="phrases"),
        pytest.param("остров AND Остров", ["остров", "Остров"], id="a capital that makes a name"),
    ],
)
def test_terms_that_are_found_in_the_same_words_are_one(query: str, wishes: list[str]) -> None:
    asked = Topic(id="t", query=parse(query).node, languages=("en", "ru"))
    told = explain(asked, Item(title="a"))
    assert [step.what.replace('"', "") for step in told.failing or ()] == wishes


def leaves(step: Step) -> Iterator[Step]:
    if step.needs is None:
        yield step
    for part in step.parts if step.needs is not None else ():
        yield from leaves(part)


def holds(step: Step, turned: set[object]) -> bool:
    if step.needs is None:
        return step.held != (step.leaf in turned)
    count = sum(holds(part, turned) for part in step.parts)
    return count >= step.needs if step.needs else count == 0


words = st.builds(Term, st.sampled_from("abcdA"))
nodes: st.SearchStrategy[Node] = st.recursive(
    words | st.builds(In, st.just("title"), words),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.tuples(inner, inner)),
        st.builds(Or, st.tuples(inner, inner)),
        st.builds(AtLeastOf, st.integers(1, 3), st.tuples(inner, inner, inner)),
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(nodes, st.sets(st.sampled_from("abcd")))
def test_agrees_with_brute_force(query: Node, present: set[str]) -> None:
    told = explain(Topic(id="t", query=query), Item(title=" ".join(sorted(present))))
    assert told.failing is not None
    clauses = {step.leaf for step in leaves(told.root)}
    fewest = next(
        size
        for size in range(len(clauses) + 2)
        if size > len(clauses)
        or any(holds(told.root, set(turned)) for turned in combinations(clauses, size))
    )
    assert len(told.failing) == (fewest if fewest <= len(clauses) else 0)
    assert fewest > len(clauses) or holds(told.root, {step.leaf for step in told.failing})


def test_what_was_not_found_out_is_no_contradiction() -> None:
    words = " OR ".join(f"w{number}" for number in range(250))
    query = parse(f"china AND ({words} OR weather) AND NOT (china AND weather)").node
    told = explain(Topic(id="t", query=query), Item(title="a weather report"))
    assert told.failing is None
    assert "Too many of its clauses are at odds" in told.to_text()
    assert told.to_json()["failing"] is None


def test_a_contradiction_is_called_one() -> None:
    told = explain(topic("a AND NOT A"), Item(title="a"))
    assert told.to_text().endswith("It can never match: its clauses contradict each other")
