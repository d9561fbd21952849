import subprocess
import sys
from pathlib import Path

import pytest
from babel import Locale
from babel.core import get_global

from watcher.text.lemmas import _WRITTEN_IN, Inflector, is_written_in, script_of


@pytest.fixture(scope="module")
def inflector() -> Inflector:
    return Inflector(["en", "uk-UA", "ru", "de", "es", "zh-Hans", "en-GB"])


def same(
    inflector: Inflector, term: str, word: str, language: str | tuple[str, ...], *, name: bool
) -> bool:
    return bool(inflector.term_keys(term, name=name) & inflector.text_keys(word, language))


def test_languages_are_primary_subtags_that_have_a_dictionary(inflector: Inflector) -> None:
    assert inflector.languages == ("en", "uk", "ru", "de", "es")


def test_without_languages_there_are_no_keys() -> None:
    inflector = Inflector([])
    assert inflector.languages == ()
    assert inflector.text_keys("satellites", "en") == frozenset()
    assert inflector.term_keys("Putin", name=True) == frozenset()


def test_simplemma_waits_for_a_watchlist_that_inflects() -> None:
    code = "import sys; from watcher.text.lemmas import *; Inflector([])"
    code += "; sys.exit('simplemma' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("term", "word", "language"),
    [
        pytest.param("satellite", "satellites", "en", id="plural"),
        pytest.param("satellite", "Satellites", "en", id="start of a sentence"),
        pytest.param("satellite", "SATELLITES", "en", id="headline in capitals"),
        pytest.param("satellites", "satellite", "en", id="term that is no base form"),
        pytest.param("satellites", "satellites", "en", id="term that is no base form, itself"),
        pytest.param("satellit", "Satelliten", "de", id="noun written small in the watchlist"),
        pytest.param("satelite", "satélites", "es", id="accents fall"),
        pytest.param("знімок", "знімків", "uk", id="Ukrainian"),
        pytest.param("знімок", "зні\u00adмків", "uk", id="soft hyphen"),
        pytest.param("снимок", "сни\u0301мков", "ru", id="stress mark"),
        pytest.param("зв'язок", "зв’язку", "uk", id="curly apostrophe"),
        pytest.param("зв’язок", "звʼязку", "uk", id="letter apostrophe"),
        pytest.param("satellite", "ｓａｔｅｌｌｉｔｅｓ", "en", id="full width"),
        pytest.param("Китай", "КИТАЄМ", "uk", id="proper noun in capitals"),
        pytest.param("Кооперирование", "кооперированием", "ru", id="capital in the watchlist only"),
    ],
)
def test_forms_of_one_word_share_a_key(
    term: str, word: str, language: str, inflector: Inflector
) -> None:
    assert same(inflector, term, word, language, name=False)


@pytest.mark.parametrize(
    ("term", "word", "language"),
    [
        pytest.param("war", "sein", "de", id="own lemma is not used for a base form elsewhere"),
        pytest.param("new", "York", "en", id="no compounds"),
        pytest.param("satellite", "satelliten", "uk", id="another script than the language's"),
        pytest.param("знімок", "знімків", "ru", id="equal in another language only"),
        pytest.param("знімок", "знімків", "fr", id="language that is not watched"),
        pytest.param("знімок", "знімків", (), id="no language"),
        pytest.param("we", "US", "en", id="abbreviation in the text"),
        pytest.param("DAS", "die", "de", id="abbreviation in the watchlist"),
        pytest.param("зеленскто", "Зеленского", "ru", id="a name is not guessed"),
    ],
)
def test_other_words_share_none(term: str, word: str, language: str, inflector: Inflector) -> None:
    assert not same(inflector, term, word, language, name=False)


def test_a_word_may_be_in_any_of_several_languages(inflector: Inflector) -> None:
    assert same(inflector, "завод", "заводів", ("ru", "uk"), name=False)


def test_a_term_counts_as_a_base_form_in_each_language_of_its_script(inflector: Inflector) -> None:
    keys = inflector.term_keys("war", name=False)
    assert keys == {("en", "war"), ("de", "war"), ("es", "war")}


@pytest.mark.parametrize(
    ("term", "word", "language"),
    [
        pytest.param("enviar", "enviándole", "es", id="verb with pronouns"),
        pytest.param("розвідзнімок", "розвідзнімків", "uk", id="compound"),
        pytest.param("разведснимки", "разведснимков", "ru", id="compound in the plural"),
        pytest.param("Spionagesatellit", "Spionagesatelliten", "de", id="German noun"),
    ],
)
def test_a_word_no_dictionary_knows_is_guessed_by_rule(
    term: str, word: str, language: str, inflector: Inflector
) -> None:
    assert same(inflector, term, word, language, name=False)


@pytest.mark.parametrize(
    ("term", "word", "language"),
    [
        pytest.param("Александров", "Александрову", "ru", id="family"),
        pytest.param("Putin", "Putins", "de", id="German genitive"),
        pytest.param("Russland", "Russlands", "de", id="genitive that is listed as a word"),
        pytest.param("Служба", "службою", "uk", id="common word with a capital"),
        pytest.param("Китайський", "китайського", "uk", id="adjective with a capital"),
    ],
)
def test_a_name_is_found_in_its_forms(
    term: str, word: str, language: str, inflector: Inflector
) -> None:
    assert same(inflector, term, word, language, name=True)


@pytest.mark.parametrize(
    ("term", "word", "language"),
    [
        pytest.param("Александров", "александрову", "ru", id="text without capital"),
        pytest.param("Александров", "Александровой", "ru", id="wife"),
        pytest.param("Зеленський", "Зеленською", "uk", id="wife whom the dictionary takes for him"),
        pytest.param("Иванова", "Иванов", "ru", id="husband whom the dictionary takes for her"),
        pytest.param("НАТО", "Нату", "uk", id="abbreviation"),
        pytest.param("Putin", "Putina", "de", id="case of another language"),
        pytest.param("Jen", "Jens", "de", id="another name"),
    ],
)
def test_a_name_is_not_found_in_others(
    term: str, word: str, language: str, inflector: Inflector
) -> None:
    assert not same(inflector, term, word, language, name=True)


def test_a_term_without_capital_declines_by_dictionary_alone(inflector: Inflector) -> None:
    assert not any(" " in code for code, _ in inflector.term_keys("китайський", name=True))


def test_known_in_names_the_languages_of_a_word(inflector: Inflector) -> None:
    assert inflector.known_in("завод") == {"uk", "ru"}
    assert inflector.known_in("qwrtz") == frozenset()


@pytest.mark.parametrize(
    ("letter", "script"), [("a", "LATIN"), ("ї", "CYRILLIC"), ("中", "CJK"), ("\n", "")]
)
def test_scripts_of_letters(letter: str, script: str) -> None:
    assert script_of(letter) == script


@pytest.mark.parametrize(
    ("language", "script", "written"),
    [
        ("uk", "CYRILLIC", True),
        ("be", "CYRILLIC", True),
        ("ur", "ARABIC", True),
        ("ne", "DEVANAGARI", True),
        ("yi", "HEBREW", True),
        ("el", "GREEK", True),
        ("uk", "LATIN", False),
        ("pl", "LATIN", True),
        ("pl", "CYRILLIC", False),
        ("hbs", "LATIN", True),
        ("hbs", "CYRILLIC", True),
        ("qqq", "LATIN", True),
        ("pl", "", False),
    ],
)
def test_scripts_of_languages(language: str, script: str, *, written: bool) -> None:
    assert is_written_in(language, script) == written


def test_languages_are_listed_under_the_scripts_that_cldr_expects() -> None:
    otherwise = {"Simplified": "CJK", "Traditional": "CJK", "Japanese": "HIRAGANA"}
    otherwise |= {"Korean": "HANGUL", "Odia": "ORIYA", "Bangla": "BENGALI"}
    scripts, likely = Locale("en").scripts, get_global("likely_subtags")
    for script, codes in _WRITTEN_IN.items():
        named = {scripts[likely[code].split("_")[1]] for code in codes - {"hbs", "ku", "uz"}}
        assert {otherwise.get(name, name.upper()) for name in named} == {script}


def test_the_first_build_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Inflector(["ms"], cache_dir=tmp_path)
    Inflector(["ms"], cache_dir=tmp_path)
    assert capsys.readouterr().err == "building word lists for 1 language, once\n"
