import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.fold import fold, letter_by_letter, plain, writings


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        pytest.param("KYIV", "kyiv", id="case"),
        pytest.param("ＦＵＬＬ", "full", id="width"),
        pytest.param("Zełenski", "zelenski", id="stroke"),
        pytest.param("Straße", "strasse", id="sharp s"),
        pytest.param("Æøđœı", "aeodoei", id="letters of their own"),
        pytest.param("İstanbul", "istanbul", id="Turkish capital"),
        pytest.param("ﬁre", "fire", id="ligature"),
        pytest.param("Зеле\u0301нский", "зеленский", id="stress"),
        pytest.param("Ёж", "еж", id="ё is е"),
        pytest.param("йїў", "йїў", id="й ї ў are letters"),
        pytest.param("и\u0306", "й", id="decomposed й"),
        pytest.param("τῇ ᾠδῇ ᾼ", "τη ωδη α", id="Greek iota below"),
        pytest.param("ται", "ται", id="Greek iota beside"),
        pytest.param("محمّد", "محمد", id="Arabic marks"),
        pytest.param("صيـن", "صين", id="Arabic stretching"),
        pytest.param("שָׁלוֹם", "שלום", id="Hebrew points"),
        pytest.param("हिन्दी", "हिन्दी", id="marks that are letters"),
        pytest.param("ｶﾞ", "ガ", id="kana of half width"),
        pytest.param("衛", "卫", id="traditional Chinese"),
        pytest.param("обʼєкт", "об'єкт", id="apostrophes"),
        pytest.param("ג׳נין", "ג'נין", id="geresh"),
        pytest.param("со\u00adюз\u200d", "союз", id="what is nothing"),
        pytest.param("BBC News Україна", "bbc news україна", id="blanks between words"),
        pytest.param("Le\u00a0Monde – Été", "le monde – ete", id="a blank that breaks no line"),
        pytest.param("ﷺ", "صلىاللهعليهوسلم", id="one letter for several words"),
        pytest.param("Chi\u200en\u2069a\u061c", "china", id="marks of direction"),
    ],
)
def test_folds(word: str, folded: str) -> None:
    assert fold(word) == folded


@given(st.text(max_size=12))
def test_folding_twice_changes_nothing_more(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@pytest.mark.parametrize(
    ("word", "kept"),
    [("WHO", "WHO"), ("Cafe\u0301", "Café"), ("don’t", "don't"), ("со\u00adюз", "союз")],
    ids=["case", "accents", "apostrophes", "what is nothing"],
)
def test_plain_keeps_what_is_typed(word: str, kept: str) -> None:
    assert plain(word) == kept


@pytest.mark.parametrize("word", ["Straße", "STRAẞE", "Æon", "þórr"])
def test_a_letter_that_folds_to_several_may_stand_as_one(word: str) -> None:
    assert len(letter_by_letter(word)) == len(word)


def test_letters_that_fold_to_one_have_one_way_to_stand() -> None:
    assert letter_by_letter("śtreet") == ""


@pytest.mark.parametrize("text", ["น้ำ", "นํ้า", "น้ํา"])
def test_thai_am_is_written_as_one_letter_or_as_two(text: str) -> None:
    assert set(writings(text)) == {"น้ำ", "นํ้า", "น้ํา"}


def test_lao_am_is_written_as_one_letter_or_as_two() -> None:
    assert set(writings("ນ້ຳ")) == {"ນ້ຳ", "ນໍ້າ", "ນ້ໍາ"}


@pytest.mark.parametrize("text", ["น้า", "satellite", "спутник"])
def test_most_texts_are_written_in_one_way(text: str) -> None:
    assert writings(text) == (text,)
