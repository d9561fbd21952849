import pytest

from watcher.text.affixes import cores


@pytest.mark.parametrize(
    ("word", "left"),
    [
        pytest.param("Kyiv's", ["Kyiv"], id="genitive"),
        pytest.param("Kyiv’s", ["Kyiv"], id="genitive with a curly apostrophe"),
        pytest.param("l'Ukraine", ["Ukraine"], id="French"),
        pytest.param("dell'Ucraina", ["Ucraina"], id="Italian"),
        pytest.param("l'Oréal's", ["Oréal's", "l'Oréal", "Oréal"], id="both"),
        pytest.param("Çin'in", ["Çin"], id="Turkish genitive"),
        pytest.param("Rusya'dan", ["Rusya"], id="Turkish ablative"),
        pytest.param("Ukrayna'ya", ["Ukrayna"], id="Turkish dative"),
        pytest.param("TÜRKİYE'NİN", ["TÜRKİYE"], id="Turkish in capitals"),
        pytest.param("والصين", ["الصين", "صين"], id="Arabic and the"),
        pytest.param("للصين", ["صين", "الصين", "لصين"], id="Arabic to the"),
        pytest.param("وَالصِّين", ["الصِّين", "صِّين"], id="Arabic with vowel marks"),
        pytest.param("لِلصين", ["صين", "الصين", "لصين"], id="Arabic to the, with a vowel mark"),
        pytest.param("ل\u200dلصين", ["صين", "الصين"], id="Arabic to the, with a joiner inside"),
        pytest.param("لـلصين", ["صين", "الصين"], id="Arabic to the, stretched"),
        pytest.param("הסין", ["סין"], id="Hebrew the"),
        pytest.param("הַסִּין", ["סִּין"], id="Hebrew with points"),
        pytest.param("וּבְסִין", ["בְסִין", "סִין"], id="Hebrew and in, with points"),
        pytest.param("בג׳נין", ["ג׳נין"], id="Hebrew in, before a geresh"),
        pytest.param("ב'הארץ", ["הארץ"], id="Hebrew in, before a quote"),
        pytest.param("NATO의", ["NATO"], id="Korean after Latin letters"),
        pytest.param("2024년에는", ["2024"], id="Korean after a number"),
        pytest.param("NATO’의", ["NATO"], id="Korean after a closing quote"),
        pytest.param("NATO\u110b\u1174", ["NATO"], id="Korean, decomposed"),
        pytest.param("나토의", [], id="Korean after Korean"),
        pytest.param("O'Brien", [], id="no affix"),
        pytest.param("об'єкт", [], id="no affix in Ukrainian"),
        pytest.param("don't", [], id="no suffix"),
        pytest.param("وب", [], id="too little left"),
        pytest.param("وَبَ", [], id="too little left, whatever its marks"),
        pytest.param("وبـ", [], id="too little left, however stretched"),
    ],
)
def test_looks_through(word: str, left: list[str]) -> None:
    whole, *found = cores(word)
    assert whole == word
    assert set(found) >= set(left) if left else found == []


def test_looks_through_two_prefixes_at_most() -> None:
    assert "صين" not in cores("وبالصين")
    assert "صين" not in cores("وَبِالصين")
