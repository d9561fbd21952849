import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import words_of
from watcher.text.tokens import is_hyphen, is_unspaced, joints, spans, split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Rail strike, again.", ["Rail", "strike", "again"], id="punctuation"),
        pytest.param("об'єкт об’єкт обʼєкт", ["об'єкт", "об’єкт", "обʼєкт"], id="apostrophes"),
        pytest.param("'quoted' rock'n'roll", ["quoted", "rock'n'roll"], id="quotes"),
        pytest.param("F/A-18 U.S.", ["F", "A", "18", "U", "S"], id="signs part words"),
        pytest.param("中国 ไทย", ["中", "国", "ไ", "ท", "ย"], id="scripts without gaps"),
        pytest.param("ｶﾞｷ", ["ｶﾞ", "ｷ"], id="marks stay with their letter"),
        pytest.param("हिन्दी cafe\u0301", ["हिन्दी", "cafe\u0301"], id="marks inside words"),
        pytest.param("со\u00adюз \u200b", ["со\u00adюз"], id="what is nothing"),
        pytest.param("Chi\u200ena \u2067ok\u2069", ["Chi\u200ena", "ok\u2069"], id="direction"),
        pytest.param("😀 ok", ["ok"], id="emoji are no words"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_splits(text: str, words: list[str]) -> None:
    assert split(text) == words
    assert [text[start:end] for start, end in spans(text)] == words


@given(st.text(alphabet="ab'’-. é\u0301中ไｶﾞ\u00ad\u200b\u200f\ufe0f😀𠀀7", max_size=30))
def test_splits_as_one_character_at_a_time(text: str) -> None:
    assert spans(text) == words_of(text)


@pytest.mark.parametrize(("word", "unspaced"), [("中", True), ("ท", True), ("a", False)])
def test_knows_scripts_without_gaps(word: str, *, unspaced: bool) -> None:
    assert is_unspaced(word) == unspaced


@pytest.mark.parametrize(
    ("gap", "hyphen"),
    [("-", True), ("-\u200b", True), ("\u200e‐", True), ("--", False), ("-‐", False), ("", False)],
)
def test_knows_a_hyphen_beside_what_is_nothing(gap: str, *, hyphen: bool) -> None:
    assert is_hyphen(gap) == hyphen


@pytest.mark.parametrize("term", ["a-\u200bb", "a \u200bb"])
def test_a_gap_may_be_missing_beside_what_is_nothing(term: str) -> None:
    assert joints(term) == [0]
