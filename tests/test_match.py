"""What topics mean, and how the engine behaves."""

import gc
import subprocess
import sys
import tracemalloc
from collections import Counter
from itertools import islice

import pytest

from watcher.match import EVERY_ITEM, Matcher
from watcher.match.clauses import MOST_PLACES
from watcher.match.lexicon import MOST_INFLECTED, MOST_LOOKED_UP
from watcher.match.reading import MOST_HYPHENED, MOST_TOLD
from watcher.models import Item, Topic
from watcher.nodes import And, AtLeast, AtLeastOf, In, Near, Node, Not, Term
from watcher.query import parse

LANGUAGES = ("en", "uk", "ru", "zh", "de", "pl")


def topic(query: str, *, topic_id: str = "t", languages: tuple[str, ...] = ()) -> Topic:
    return Topic(id=topic_id, query=parse(query).node, languages=languages)


def terms(query: str, item: Item, languages: tuple[str, ...] = ()) -> list[str] | None:
    for match in Matcher([topic(query, languages=languages)]).match(item):
        return [told.text for told in match.evidence]
    return None


@pytest.mark.parametrize(
    ("query", "text", "language", "found"),
    [
        ('"супутниковий знімок"', "дані супутникових знімків", "uk", ["супутникових знімків"]),
        ("Китай", "разом з Китаєм і китайкою", "uk", ["Китаєм"]),
        ("satellite", "two satellites", "en", ["satellites"]),
        ('"Олег Александров"', "сказано Олегом Александровым", "ru", ["Олегом Александровым"]),
        ("卫星情报", "提供衛星情報", "zh", ["衛星情報"]),
        ("=satellite", "two satellites", "en", None),
        ("sein", "it was war", "en", None),
        ("год", "годам", "ru", ["годам"]),
        ("год", "годам", "sr", None),
        ('"power grid"', "powers, more power", "en", None),
        ('"санкції ЄС"', "нові санкції проти Ірану", "uk", None),
        ('"санкції ЄС"~3', "нові санкції проти Ірану", "uk", None),
        ("cease-fire", "two ceasefires", "en", ["ceasefires"]),
    ],
    ids=[
        "phrase",
        "word",
        "plural",
        "name",
        "Chinese",
        "exactly",
        "another language",
        "Russian",
        "another language of the script",
        "a word of a phrase",
        "a word of a phrase beside an abbreviation",
        "a word of a phrase with a gap",
        "plural without the hyphen",
    ],
)
def test_inflection(query: str, text: str, language: str, found: list[str] | None) -> None:
    assert terms(query, Item(title=text, language=language), LANGUAGES) == found


def test_without_languages_nothing_is_inflected() -> None:
    assert terms("satellite", Item(title="two satellites", language="en")) is None


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("ceasefire", "a cease-fire now", ["cease-fire"]),
        ("ceasefire", "cease fire", None),
        (
            "ceasefire",
            "cease-\u200bfire, cease\u200b-fire",
            ["cease-\u200bfire", "cease\u200b-fire"],
        ),
        ("ceasefire", "cease-\u200b-fire, cease\u200b fire", None),
        ("cease-\u200bfire", "ceasefire", ["ceasefire"]),
        ("น้ำ", "แม่น้ำ แม่นํ้า น้า", ["น้ำ", "นํ้า"]),
        ("=น้ำ", "นํ้า", ["นํ้า"]),
        ('"น้ำ a"~1', "นํ้า x a", ["นํ้า x a"]),
        ("นํ้า", "น้ำ นำ", ["น้ำ"]),
        ("τη", "τῇ τηι", ["τῇ"]),
        ("stra?e", "Straße strasse", ["Straße"]),
        ("stra??e", "Straße strasse", ["Straße", "strasse"]),
        ("?sop", "Æsop aesop", ["Æsop"]),
        ("stra?e", "stranne", None),
        ("China", "Chi\u200ena", ["Chi\u200ena"]),
        ("a NEAR/s b", "a.\u200f b", None),
        ("a NEAR/s b", "a.\u200fx b", ["a", "b"]),
        ("cease-fire", "cease fire, ceasefire", ["cease fire", "ceasefire"]),
        ('"cease fire"', "ceasefire", ["ceasefire"]),
        ("=US", "us, US, U-S", ["US"]),
        ('="US fire"', "U-S fire, US fire", ["US fire"]),
        ("=É", "E É e\u0301 E\u0301", ["É", "E\u0301"]),
        ("미국", "미국은 말했다", ["미국은"]),
        ("NATO", "NATO의 NATOK의 나NATO", ["NATO의"]),
        ('"NATO summit"', "NATO의 summit", ["NATO의 summit"]),
        ("2024", "2024년에 12024년 20245년", ["2024년에"]),
        ("K팝", "K팝의 SK팝", ["K팝의"]),
        ("K팝", "K", None),
        ("صين", "والصين", ["والصين"]),
        ("الصين", "وَالصِّين بِالصين لِلصين", ["وَالصِّين", "بِالصين", "لِلصين"]),
        ("صين", "تَحصين", None),
        ("ירושלים", "וּבִירוּשָׁלַיִם", ["וּבִירוּשָׁלַיִם"]),
        ("סין", "סִינַי", None),
        ("ג'נין", "ג׳נין בג׳נין", ["ג׳נין", "בג׳נין"]),
        ("ג׳נין", "ג'נין", ["ג'נין"]),
        ("ג'נין", "גנין", None),
        ("צה״ל", 'צה״ל צה"ל בצה"ל', ["צה״ל", 'צה"ל', 'בצה"ל']),
        ("צה״ל", "צהל", None),
        ("a NEAR/1 b NEAR/1 c", "a b x c", ["a", "b", "c"]),
        ("a NEAR/5 b NEAR/5 c", "a c b", None),
        ("a NOT NEAR/1 b", "a b x x x a", ["a", "a"]),
        ('"a b c"~2', "a x b x c", ["a x b x c"]),
        ('"cease-fire talks"~2', "ceasefire peace talks", ["ceasefire peace talks"]),
        ('"ceasefire talks"~2', "cease-fire peace talks", ["cease-fire peace talks"]),
        ('"cease fire"~2', "cease all fire, ceasefire", ["cease all fire", "ceasefire"]),
        ('"a b c"~1', "a x b x c", None),
    ],
)
def test_meaning(query: str, text: str, found: list[str] | None) -> None:
    assert terms(query, Item(title=text)) == found


@pytest.mark.parametrize(
    ("between", "same"),
    [
        ("\n\n", False),
        ("\n \t\n", False),
        ("\r\n\r\n", False),
        ("\r\r", False),
        ("\r \r", False),
        ("\u2029", False),
        ("<p>", False),
        ("<P>", False),
        ("</Div>", False),
        ("<BR CLEAR=ALL/>", False),
        ("<br>", False),
        ("\n", True),
        ("\r", True),
        ("\r\n", True),
        ("\r\n ", True),
        ("<B>", True),
        ("<PRE>", True),
        ("<PARAM>", True),
    ],
)
def test_same_paragraph(between: str, *, same: bool) -> None:
    assert bool(terms("a NEAR/p b", Item(title=f"a{between}b"))) == same


def test_phrases_never_cross_fields() -> None:
    assert terms('"a b" OR a NEAR/9 b', Item(title="a", summary="b")) is None


def test_matches_come_in_the_order_of_the_topics() -> None:
    one, two = topic("a", topic_id="1"), topic("a", topic_id="2", languages=("en",))
    three = topic("a", topic_id="3")
    assert [m.topic for m in Matcher([one, two, three]).match(Item(title="a"))] == ["1", "2", "3"]


def test_a_topic_added_again_takes_the_place_of_the_old() -> None:
    matcher = Matcher([topic("a")])
    matcher.add(topic("b"))
    assert [bool(matcher.match(Item(title=text))) for text in "ab"] == [False, True]


def test_removing_an_unknown_topic_changes_nothing() -> None:
    matcher = Matcher([topic("a")])
    matcher.remove("other")
    assert matcher.match(Item(title="a"))


def test_words_of_topics_that_are_gone_are_forgotten_at_last() -> None:
    matcher = Matcher([topic("stays", topic_id="stays")])
    for number in range(1100):
        matcher.add(topic(f"word{number}", topic_id="goes"))
    assert matcher.match(Item(title="stays word1099 word5"))[0].topic == "stays"
    matcher.remove("stays")
    matcher.remove("goes")
    assert matcher.match(Item(title="stays")) == []


def test_a_topic_without_necessary_terms_costs_every_item() -> None:
    matcher = Matcher([topic("NOT a")])
    assert matcher.cost("t") == EVERY_ITEM
    assert matcher.match(Item(title="b"))


def test_a_topic_waits_for_what_proves_rare() -> None:
    matcher = Matcher([topic("common AND seldom")])
    for _ in range(300):
        matcher.match(Item(title="common"))
    assert float(matcher.cost("t")) < 0.05


def test_the_cost_of_an_unknown_topic_is_an_error() -> None:
    with pytest.raises(KeyError):
        Matcher().cost("t")


def test_frequencies_are_forgotten_slowly() -> None:
    matcher = Matcher([topic("a")])
    for _ in range(264_000):
        matcher.match(Item())
    for _ in range(4000):
        matcher.match(Item(title="a"))
    assert 0.02 < float(matcher.cost("t")) < 0.1


@pytest.mark.parametrize(
    ("query", "unit"),
    [
        ("a NEAR/9 b NEAR/9 zz", "a b "),
        (" NEAR/9 ".join("a" * 40), "a "),
        ('"a a a a a a a a b"', "a "),
        ('"a b"~9 AND zz', "a b "),
        ("a NEAR/s b AND zz", "a. b "),
        ("(a|b)*zz", "ab"),
        ("*aab*", "ab"),
        ("中中中国", "中"),
        ("ATLEAST/999999(a)", "a "),
        ('"a b a"~900', "a b "),
        ('"a b c zz"~900', "a b c "),
    ],
)
def test_hostile_texts_take_linear_time(query: str, unit: str) -> None:
    matcher = Matcher([topic(query if "|" not in query else f"/{query}/")])
    text = unit * (200_000 // len(unit))
    assert len(matcher.match(Item(title="x zz", content=text))) <= 1


def test_importing_the_matcher_loads_nothing_heavy() -> None:
    heavy = "{'lark', 'simplemma', 'opencc', 'hypothesis', 'httpx'}"
    code = f"import sys, watcher.match; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_any_of_facts_needs_no_term() -> None:
    assert terms("2 OF (lang:en, /a+/, b)", Item(title="aa", language="en")) == ["aa"]


def test_a_sentence_that_ends_inside_a_phrase_holds_nothing_near_it() -> None:
    assert terms('"a b" NEAR/s c', Item(title="a. b c")) is None


@pytest.mark.parametrize("part", [And((Term("a"), Term("a"))), Not(Term("z"))])
def test_what_has_no_place_is_near_nothing(part: Node) -> None:
    near = Topic(id="t", query=Near(part, Term("b"), 9))
    assert Matcher([near]).match(Item(title="a b")) == []


def test_a_field_may_be_asked_for_inside_nearness() -> None:
    near = Topic(id="t", query=Near(In("title", Term("a")), Term("b"), 1))
    matcher = Matcher([near])
    assert matcher.match(Item(title="a b"))
    assert not matcher.match(Item(summary="a b"))


def test_amounts_count_any_of_several() -> None:
    often = Topic(
        id="t", query=AtLeast(2, AtLeastOf(1, (Term("a"), Near(Term("b"), Term("c"), 1))))
    )
    assert Matcher([often]).match(Item(title="a b c"))


@pytest.mark.parametrize(
    ("text", "found"),
    [("a b", True), ("b x a", True), ("a. b", False), ("a b. c", True), ("b. a c", False)],
)
def test_same_sentence(text: str, *, found: bool) -> None:
    matcher = Matcher([topic("a NEAR/s b")])
    assert bool(matcher.match(Item(title=text))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("a b c. d", ["a", "b c"]), ("b c a. d", ["b c", "a"]), ("b. c a", None), ("a b. c", None)],
    ids=["after", "before", "begins earlier", "ends later"],
)
def test_phrases_lie_whole_in_the_sentence(text: str, found: list[str] | None) -> None:
    assert terms('a NEAR/s "b c"', Item(title=text)) == found


def test_the_collector_stays_off_where_it_was() -> None:
    gc.disable()
    try:
        Matcher([topic("a")])
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_very_long_words_are_none() -> None:
    assert Matcher([topic("NOT aaa*")]).match(Item(title="a" * 201))


def test_when_all_topics_are_gone_nothing_is_kept() -> None:
    matcher = Matcher(topic(f"word{number}", topic_id=str(number)) for number in range(1001))
    for number in range(1001):
        matcher.remove(str(number))
    assert matcher.match(Item(title="word1")) == []


def test_many_forms_are_forgotten_and_found_again() -> None:
    matcher = Matcher([topic("word1")])
    text = " ".join(f"word{number}" for number in range(70_000))
    assert len(matcher.match(Item(title=text))) == 1
    assert len(matcher.match(Item(title=text))) == 1


def test_forms_that_are_forgotten_amid_an_item_change_nothing_in_it() -> None:
    topics = [topic(query, topic_id=query) for query in ("war*", "warsaw", "strike", "str*")]
    used = Matcher(topics)
    for first in range(0, 65_000, 1000):
        used.match(Item(title=" ".join(f"word{first + number}" for number in range(1000))))
    many = " ".join(f"other{number}" for number in range(1000))
    item = Item(title="Warsaw", summary=many, content="strike " + "the cat " * MOST_INFLECTED)
    found, wanted = (
        [(match.topic, match.evidence) for match in matcher.match(item)]
        for matcher in (used, Matcher(topics))
    )
    assert found == wanted
    assert len(found) == 4


def test_of_very_many_different_words_the_last_are_found_as_they_are_written() -> None:
    matcher = Matcher([topic("satellite OR satel?ite OR missile", languages=("en",))])
    many = " ".join(f"word{number}" for number in range(MOST_INFLECTED))
    found = matcher.match(Item(title=f"satellites {many} SATELLITE missile missiles"))
    assert [(told.text, told.term) for told in found[0].evidence] == [
        ("satellites", "satellite"),
        ("SATELLITE", "satel?ite"),
        ("SATELLITE", "satellite"),
        ("missile", "missile"),
    ]


def test_items_matched_together_are_inflected_as_far_as_one_large_one() -> None:
    matcher = Matcher([topic("satellite OR satel?ite OR =Satellite", languages=("en",))])
    many = (f"word{number}" for number in range(MOST_LOOKED_UP))
    long = [Item(title=" ".join(islice(many, 9_000))) for _ in range(MOST_LOOKED_UP // 9_000 + 1)]
    titles = ("satellites", "satelXite", "SATELLITE", "Satellite")
    last = [Item(title=title) for title in titles]
    assert [item.title for item, _ in matcher.match_together(last)] == list(titles)
    found = matcher.match_together([*long, *last])
    assert [(item.title, len(match.evidence)) for item, match in found] == [
        ("SATELLITE", 1),
        ("Satellite", 2),
    ]


def test_forms_are_not_forgotten_amid_a_long_text() -> None:
    queries = ("zebra", "zeb*", "tango", "tan*")
    matcher = Matcher([topic(query, topic_id=query) for query in queries])
    for first in range(0, 63_000, 9_000):
        matcher.match(Item(title=" ".join(f"word{first + number}" for number in range(9_000))))
    many = " ".join(f"other{number}" for number in range(20_000))
    found = matcher.match(Item(title=f"zebra {many} tango"))
    assert [(match.topic, match.evidence[0].text) for match in found] == [
        ("zebra", "zebra"),
        ("zeb*", "zebra"),
        ("tango", "tango"),
        ("tan*", "tango"),
    ]


def test_many_near_are_all_looked_at() -> None:
    matcher = Matcher([Topic(id="t", query=parse("(a NEAR/50 b) NEAR/1 c").node)])
    assert matcher.match(Item(title="a " + "b " * 40 + "c"))


@pytest.mark.parametrize("query", ["a", '"a b"', '"a b"~2', "/a/", "a AND b", "a NEAR/2 b"])
def test_of_very_many_places_the_first_are_told(query: str) -> None:
    (match,) = Matcher([topic(query)]).match(Item(title="a b " * (MOST_TOLD + 1)))
    terms = Counter(told.term for told in match.evidence)
    assert set(terms.values()) == {MOST_TOLD}
    assert match.evidence[0].start == 0


def test_of_very_many_places_the_first_are_told_of_words_that_several_terms_have() -> None:
    queries = ("strikers", "strike*", "FIRST/1(strike*)")
    matcher = Matcher([topic(query, topic_id=query) for query in queries])
    matches = matcher.match(Item(title="strikers " + "strike " * (MOST_PLACES + 1)))
    assert len(matches) == 3
    assert {match.evidence[0].start for match in matches} == {0}


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param([" ".join("a" * 100)], id="a phrase that begins at each word"),
        pytest.param([f"{'a' * n}{'A' * (100 - n)}" for n in range(100)], id="many writings"),
    ],
)
def test_a_long_text_that_repeats_a_term_takes_little_memory(terms: list[str]) -> None:
    text = f"{terms[0]} " * 10_000 if len(terms) > 1 else "a " * 10_000
    matcher = Matcher(Topic(id=term, query=Term(term)) for term in terms)
    tracemalloc.start()
    try:
        matches = matcher.match(Item(title=text))
        assert len({match.evidence for match in matches}) == len(terms)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_of_very_many_hyphened_words_the_first_are_tried_as_one() -> None:
    text = "b-c " * MOST_HYPHENED
    matcher = Matcher([topic("ceasefire")])
    assert len(matcher.match(Item(title=f"cease-fire {text}"))) == 1
    assert matcher.match(Item(title=f"{text} cease-fire")) == []


def test_each_topic_is_told_its_own_spelling() -> None:
    texts = ["ab", "a-b", "b c", "b, c", "b; c"]
    written = [Term(text, name=is_name) for text in texts for is_name in (False, True)]
    matcher = Matcher(Topic(id=str(n), query=term) for n, term in enumerate(written))
    told = [match.evidence[0].term for match in matcher.match(Item(title="ab, b c"))]
    assert told == [text for text in texts for _ in range(2)]


def test_evidence_may_be_asked_for_when_topics_have_come_since() -> None:
    matcher = Matcher([topic("ab", topic_id="1"), topic("a-b", topic_id="2")])
    matches = matcher.match(Item(title="ab"))
    matcher.add(topic("c", topic_id="3"))
    assert [match.evidence[0].term for match in matches] == ["ab", "a-b"]


def test_a_loose_phrase_that_is_there_very_often_is_found_to_the_end() -> None:
    assert Matcher([topic('ATLEAST/60("a b"~300)')]).match(Item(title="a b " * 300 + "zz"))
    assert Matcher([topic('"a b"~100 NEAR/1 c')]).match(Item(title="a b " * 300 + "c"))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param("china NEAR/s russia", "china " + "." * 300_000 + "x russia", id="dots"),
        pytest.param('"' + "pre* " * 20 + '"', "-".join(["pre"] * 400), id="hyphens"),
    ],
)
def test_what_could_be_read_in_very_many_ways_is_read_once(query: str, text: str) -> None:
    assert Matcher([topic(query)]).match(Item(title=text))
