from pathlib import Path

import pytest

from watcher.text.fold import fold
from watcher.text.lemmas import Inflector
from watcher.text.names import adds_s, is_family_name, name_forms

TABLES = Path(__file__).parent / "data" / "names"
LANGUAGES = ["en", "uk", "ru", "pl", "de", "es", "fr", "it", "pt", "tr", "cs", "sk", "hr", "sl"]


def table(name: str) -> list[object]:
    """Read lines of `term | language | form, form` into one case for each form."""
    lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [
        pytest.param(term, form, language, id=f"{language}: {term} ~ {form}")
        for term, language, forms in rows
        for form in forms.split(", ")
    ]


@pytest.fixture(scope="module")
def inflector() -> Inflector:
    return Inflector(LANGUAGES)


def found(term: str, text: str, language: str, inflector: Inflector) -> bool:
    """Look for the words of `term` in a row, as a plain matcher does."""

    def same(wanted: str, word: str) -> bool:
        name = wanted[0].isupper()
        return fold(wanted) == fold(word) or bool(
            inflector.term_keys(wanted, name=name) & inflector.text_keys(word, language)
        )

    wanted, words = term.split(), text.split()
    starts = range(len(words) - len(wanted) + 1)
    return any(all(map(same, wanted, words[start:])) for start in starts)


@pytest.mark.parametrize(("term", "form", "language"), table("found.txt"))
def test_a_form_is_found(term: str, form: str, language: str, inflector: Inflector) -> None:
    assert found(term, form, language, inflector)


@pytest.mark.parametrize(("term", "form", "language"), table("passed.txt"))
def test_a_look_alike_is_passed_by(
    term: str, form: str, language: str, inflector: Inflector
) -> None:
    assert not found(term, form, language, inflector)


def test_the_tables_are_broad() -> None:
    assert len(table("found.txt")) >= 200
    assert len(table("passed.txt")) >= 100


@pytest.mark.parametrize(
    ("name", "language", "form"),
    [
        pytest.param("Яків", "uk", "якова", id="vowel changes"),
        pytest.param("Федір", "uk", "федора", id="vowel changes before r"),
        pytest.param("Ольга", "uk", "ользі", id="consonant changes"),
        pytest.param("Тернопіль", "uk", "тернополя", id="soft ending, vowel changes"),
        pytest.param("Китаєць", "uk", "китайця", id="vowel falls out after a vowel"),
        pytest.param("Горобець", "uk", "горобця", id="vowel falls out"),
        pytest.param("Коновалец", "ru", "коновальца", id="vowel falls out after l"),
        pytest.param("Лев", "ru", "льва", id="Leo"),
        pytest.param("Ын", "ru", "ыном", id="two letters"),
        pytest.param("Beata", "pl", "beacie", id="Polish dative"),
        pytest.param("Paweł", "pl", "pawła", id="Polish vowel falls out"),
        pytest.param("Novotný", "cs", "novotného", id="Czech adjective"),
    ],
)
def test_a_name_changes_within(name: str, language: str, form: str) -> None:
    assert form in name_forms(name, language)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        pytest.param("Xi", "pl", id="too short"),
        pytest.param("Си", "ru", id="short, does not decline"),
        pytest.param("ВС", "ru", id="abbreviation"),
        pytest.param("Шойгу", "ru", id="does not decline"),
        pytest.param("Лукашенко", "ru", id="Ukrainian -ko in Russian"),
        pytest.param("Putin", "fr", id="no cases in French"),
    ],
)
def test_a_name_stays_as_it_is(name: str, language: str) -> None:
    assert name_forms(name, language) == frozenset()


@pytest.mark.parametrize("name", ["Александров", "Путин", "Зеленский", "Захарова", "Зеленская"])
def test_some_families_differ_for_men_and_women(name: str) -> None:
    assert is_family_name(name, "ru")


@pytest.mark.parametrize("name", ["Ковальчук", "Лукашенко", "Шойгу", "Олег"])
def test_other_names_do_not(name: str) -> None:
    assert not is_family_name(name, "ru")
    assert not is_family_name(name, "de")


@pytest.mark.parametrize(
    ("name", "language", "takes"),
    [
        pytest.param("Putin", "de", True, id="German genitive"),
        pytest.param("Scholz", "de", False, id="ends like s"),
        pytest.param("Xi", "de", False, id="too short"),
        pytest.param("Putin", "it", False, id="not in Italian"),
    ],
)
def test_a_bare_s(name: str, language: str, takes: bool) -> None:  # noqa: FBT001 - a table
    assert adds_s(name, language) is takes
