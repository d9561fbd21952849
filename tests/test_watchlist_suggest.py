import pytest

from watcher.match import Matcher
from watcher.models import Evidence, Item, Topic
from watcher.nodes import Term
from watcher.watchlist.suggest import Neighbour, Spelling, country_names, neighbours, spellings


def texts(name: str) -> list[str]:
    return [spelling.text for spelling in spellings(name)]


def test_a_latin_name_gives_cyrillic_and_other_latin_spellings() -> None:
    found = texts("Volodymyr Zelensky")
    assert found[:2] == ["Володимир Зеленський", "Владимир Зеленский"]
    assert {"Volodymyr Zelenskyy", "Wolodymyr Selenskyj", "Wołodymyr Zełenski"} < set(found)


def test_a_cyrillic_name_gives_the_other_language_and_latin_spellings() -> None:
    found = texts("Сергей Шойгу")
    assert found[0] == "Сергій Шойгу"
    assert {"Sergei Shoigu", "Sergueï Choïgou", "Serhii Shoihu"} < set(found)


@pytest.mark.parametrize(
    ("name", "form", "language"),
    [
        ("Зеленський", "Зеленский", "ru"),
        ("Сирський", "Сырский", "ru"),
        ("Залужний", "Залужный", "ru"),
        ("Путин", "Путін", "uk"),
        ("Медведев", "Медведєв", "uk"),
        ("Medvedev", "Медведєв", "uk"),
        ("Zelenskyy", "Зеленский", "ru"),
        ("Хрущёв", "Хрущов", "uk"),
    ],
)
def test_a_name_has_its_form_in_the_other_language(name: str, form: str, language: str) -> None:
    assert (form, language) in [(one.text, one.language) for one in spellings(name)]


@pytest.mark.parametrize(
    ("name", "nonsense"),
    [
        ("Зеленський", "Zielenśkij"),
        ("Сирський", "Sirśkij"),
        ("Залужний", "Załużnij"),
        ("Zelenskyy", "Целенскыы"),
        ("Zelenskyy", "Tselenskyy"),
        ("Selenskyj", "Селенскыж"),
    ],
)
def test_what_no_newsroom_writes_is_not_suggested(name: str, nonsense: str) -> None:
    assert nonsense not in texts(name)


def test_the_name_itself_is_left_out_and_nothing_comes_twice() -> None:
    found = texts("Олег Александров")
    assert "Олег Александров" not in found
    assert len(found) == len(set(found))


def test_each_spelling_says_which_systems_agree_on_it() -> None:
    german = next(one for one in spellings("Шойгу") if one.text == "Schoigu")
    assert german == Spelling(text="Schoigu", language="de", system="Russian German")
    press = next(one for one in spellings("Олена Зеленська") if one.text == "Olena Zelenska")
    assert press.system.startswith("Ukrainian national 2010, Ukrainian BGN/PCGN")


@pytest.mark.parametrize("name", ["习近平", "安倍晋三", "Xi Jinping", ""])
def test_names_no_system_explains_have_to_be_asked_for(name: str) -> None:
    assert spellings(name) == []


def test_a_country_in_the_languages_of_a_watchlist() -> None:
    found = country_names("CN", ["en", "uk", "zh", "de", "fr"])
    assert [(one.text, one.language) for one in found] == [
        ("China", "en"),
        ("Китай", "uk"),
        ("中国", "zh-Hans"),
        ("中國", "zh-Hant"),
        ("Chine", "fr"),
    ]
    assert {one.system for one in found} == {"CLDR"}


@pytest.mark.parametrize("code", ["CN", "cn", "CHN", " cn ", "China", "china"])
def test_a_country_by_code_or_name(code: str) -> None:
    assert country_names(code, ["en"])[0].text == "China"


@pytest.mark.parametrize("language", ["xx", "hbs", "", "not-a-language"])
def test_languages_unknown_to_cldr_are_left_out(language: str) -> None:
    assert country_names("CN", [language]) == []


@pytest.mark.parametrize(
    ("code", "why"),
    [
        pytest.param("Chian", "did you mean China", id="a name with a slip"),
        pytest.param("QQ", "'QQ'; use its code of ISO 3166", id="no such code"),
        pytest.param("001", "no country", id="the world"),
        pytest.param("", "no country", id="nothing"),
    ],
)
def test_an_unknown_country_is_told(code: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        country_names(code, ["en"])


NEWS = [
    Item(
        title="Beijing shares the satellite imagery", summary="The imagery shows a depot near Kyiv."
    ),
    Item(title="Satellite imagery: the depot", summary="The weather in Kyiv is fine."),
    Item(title="The weather of the week", summary="Rain in the north, sun in the south."),
    Item(title="A space reconnaissance pact", summary="Two states signed the pact in May."),
    Item(title="Pact on space reconnaissance", summary="The states are silent."),
]


def beside(term: str, limit: int, items: list[Item] = NEWS, known: str = "") -> list[Neighbour]:
    matcher = Matcher([Topic(id="t", query=Term(term))])

    def find(item: Item) -> tuple[Evidence, ...]:
        return tuple(place for match in matcher.match(item) for place in match.evidence)

    return neighbours(items, find=find, knows=lambda word: word.lower() == known, limit=limit)


def test_words_beside_a_term_are_found_the_telling_ones_first() -> None:
    assert beside("satellite", 3) == [
        Neighbour(text="imagery", items=2),
        Neighbour(text="the", items=2),
    ]


def test_words_beside_a_phrase_are_found() -> None:
    assert beside("space reconnaissance", 1) == [Neighbour(text="pact", items=2)]


def test_words_that_are_known_are_no_news() -> None:
    assert beside("satellite", 1, known="imagery") == [Neighbour(text="the", items=2)]


def test_a_word_met_once_is_no_neighbour() -> None:
    assert "Beijing" not in [one.text for one in beside("satellite", 9)]


def test_only_words_of_the_same_field_are_beside() -> None:
    items = [Item(title="A satellite", summary="Weather")] * 3
    assert [one.text for one in beside("satellite", 9, items)] == ["A"]


def test_without_items_there_are_no_neighbours() -> None:
    assert beside("satellite", 9, []) == []


def test_a_sign_without_a_sound_is_no_spelling() -> None:
    assert all(spelling.text for spelling in spellings("ь"))
