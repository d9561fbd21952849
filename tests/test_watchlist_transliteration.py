import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.watchlist.transliteration import (
    counterpart,
    knows_given_name,
    readings,
    romanisations,
)

UKRAINIAN = [
    ("Володимир Зеленський", "national 2010", "Volodymyr Zelenskyi"),
    ("Володимир Зеленський", "BGN/PCGN", "Volodymyr Zelenskyy"),
    ("Володимир Зеленський", "English press", "Volodymyr Zelensky"),
    ("Володимир Зеленський", "German", "Wolodymyr Selenskyj"),
    ("Володимир Зеленський", "French", "Volodymyr Zelensky"),
    ("Володимир Зеленський", "Polish", "Wołodymyr Zełenski"),
    ("Олег Іващенко", "national 2010", "Oleh Ivashchenko"),
    ("Олег Іващенко", "ISO 9", "Oleg Ìvaŝenko"),
    ("Олег Іващенко", "German", "Oleh Iwaschtschenko"),
    ("Олег Іващенко", "French", "Oleh Ivachtchenko"),
    ("Олег Іващенко", "Polish", "Ołeh Iwaszczenko"),
    ("Андрій Єрмак", "national 2010", "Andrii Yermak"),
    ("Андрій Єрмак", "BGN/PCGN", "Andriy Yermak"),
    ("Андрій Єрмак", "German", "Andrij Jermak"),
    ("Андрій Єрмак", "Polish", "Andrij Jermak"),
    ("Згурський", "national 2010", "Zghurskyi"),
    ("Їжакевич", "national 2010", "Yizhakevych"),
    ("Юлія", "national 2010", "Yuliia"),
    ("Лук'янець", "national 2010", "Lukianets"),
    ("Денис Шмигаль", "French", "Denys Chmyhal"),
    ("Тернопіль", "Polish", "Ternopil"),
    ("Конотопський", "Polish", "Konotopski"),
    ("Лілія", "Polish", "Lilija"),
    ("Олесь", "German", "Oles"),
    ("Василь", "German", "Wassyl"),
]
RUSSIAN = [
    ("Сергей Шойгу", "BGN/PCGN", "Sergey Shoygu"),
    ("Сергей Шойгу", "passport (ICAO)", "Sergei Shoigu"),
    ("Сергей Шойгу", "ISO 9", "Sergej Šojgu"),
    ("Сергей Шойгу", "German", "Sergei Schoigu"),
    ("Сергей Шойгу", "French", "Sergueï Choïgou"),
    ("Сергей Шойгу", "Polish", "Siergiej Szojgu"),
    ("Дмитрий Песков", "English press", "Dmitry Peskov"),
    ("Дмитрий Песков", "passport (ICAO)", "Dmitrii Peskov"),
    ("Дмитрий Песков", "German", "Dmitri Peskow"),
    ("Дмитрий Песков", "Polish", "Dmitrij Pieskow"),
    ("Владимир Путин", "German", "Wladimir Putin"),
    ("Владимир Путин", "French", "Vladimir Poutine"),
    ("Владимир Путин", "Polish", "Władimir Putin"),
    ("Александров", "English press", "Alexandrov"),
    ("Лавров", "Polish", "Ławrow"),
    ("Ельцин", "BGN/PCGN", "Yeltsin"),
    ("Лужков", "Polish", "Łużkow"),
]


@pytest.mark.parametrize(("name", "system", "spelled"), UKRAINIAN)
def test_ukrainian_names_in_latin_letters(name: str, system: str, spelled: str) -> None:
    assert spelled in [text for one, text in romanisations(name, "uk") if one.name == system]


@pytest.mark.parametrize(("name", "system", "spelled"), RUSSIAN)
def test_russian_names_in_latin_letters(name: str, system: str, spelled: str) -> None:
    assert spelled in [text for one, text in romanisations(name, "ru") if one.name == system]


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Oleh Alexandrov", {"Олег Александров"}),
        ("Oleg Aleksandrov", {"Олег Александров"}),
        ("Volodymyr Zelenskyy", {"Володимир Зеленський"}),
        ("Volodymyr Zelensky", {"Володимир Зеленський"}),
        ("Zelensky", {"Зеленський", "Зеленский"}),
        ("Wolodymyr Selenskyj", {"Володимир Зеленський", "Володимир Селенський"}),
        ("Wołodymyr Zełenski", {"Володимир Зеленський"}),
        ("Vladimir Putin", {"Владимир Путин"}),
        ("Putin", {"Путін", "Путин"}),
        ("Wladimir Putin", {"Владимир Путин"}),
        ("Vladimir Poutine", {"Владимир Путин"}),
        ("Sergei Shoigu", {"Сергей Шойгу"}),
        ("Choïgou", {"Шойгу"}),
        ("Schoigu", {"Шойгу"}),
        ("Andrii Yermak", {"Андрій Єрмак"}),
        ("Dmitry Peskov", {"Дмитрий Песков"}),
        ("Ławrow", {"Лавров"}),
    ],
)
def test_latin_letters_are_read_back(latin: str, cyrillic: set[str]) -> None:
    assert {text for _, text in readings(latin)} == cyrillic


@pytest.mark.parametrize(
    "name", ["Xi Jinping", "Wang Yi", "Emmanuel Macron", "习近平", "", "Recep Erdoğan"]
)
def test_what_no_system_explains_is_not_guessed(name: str) -> None:
    assert list(readings(name)) == []


@pytest.mark.parametrize(
    ("ukrainian", "russian"),
    [
        ("Володимир Зеленський", "Владимир Зеленский"),
        ("Олег Іващенко", "Олег Иващенко"),
        ("Андрій Єрмак", "Андрей Ермак"),
        ("Валерій Залужний", "Валерий Залужный"),
        ("Володимир Путін", "Владимир Путин"),
        ("Ігор Коломойський", "Игорь Коломойский"),
        ("Марія Захарова", "Мария Захарова"),
    ],
)
def test_a_name_in_the_other_language(ukrainian: str, russian: str) -> None:
    assert counterpart(ukrainian, "uk") == russian
    assert counterpart(russian, "ru") == ukrainian


@pytest.mark.parametrize(
    ("russian", "ukrainian"),
    [
        pytest.param("Соловьёв", "Соловйов", id="after a soft sign"),
        pytest.param("Ёлкин", "Йолкін", id="at the start"),
        pytest.param("Заёмов", "Зайомов", id="after a vowel"),
        pytest.param("Королёв", "Корольов", id="soft"),
        pytest.param("Хрущёв", "Хрущов", id="after a sibilant"),
    ],
)
def test_the_russian_yo_in_ukrainian(russian: str, ukrainian: str) -> None:
    assert counterpart(russian, "ru") == ukrainian


def test_a_ukrainian_letter_may_be_hard_in_russian() -> None:
    assert counterpart("Олександр Сирський", "uk") == "Александр Сирский"
    assert counterpart("Олександр Сирський", "uk", hard=True) == "Александр Сырский"
    assert counterpart("Сергей Лебедев", "ru", hard=True) == "Сергій Лебедєв"


def test_given_names_tell_the_language() -> None:
    assert knows_given_name("Дмитро Кулеба", "uk")
    assert not knows_given_name("Дмитро Кулеба", "ru")
    assert not knows_given_name("Марина Кулеба", "uk")


@given(st.text(), st.sampled_from(["uk", "ru"]))
def test_any_text_can_be_spelled(text: str, language: str) -> None:
    assert all(isinstance(spelled, str) for _, spelled in romanisations(text, language))
    assert all(isinstance(read, str) for _, read in readings(text))
