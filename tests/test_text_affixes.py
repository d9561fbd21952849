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
        pytest.param("ABD'nin", ["ABD"], id="Turkish abbreviation"),
        pytest.param("X'te", ["X"], id="Turkish, one letter"),
        pytest.param("Xi'nin", ["Xi"], id="Turkish, two letters"),
        pytest.param("2024'te", ["2024"], id="Turkish number"),
        pytest.param("Google'ın", ["Google"], id="Turkish, after a vowel nobody speaks"),
        pytest.param("Çin\u200b'\u200bin", ["Çin\u200b"], id="Turkish, with what is nothing"),
        pytest.param("l'Oréal'de", ["l'Oréal", "Oréal", "Oréal'de"], id="Turkish after French"),
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
        pytest.param("O'Leary", [], id="no plural"),
        pytest.param("L'Aquila", ["Aquila"], id="Italian name"),
        pytest.param("Qur'an", [], id="Arabic name"),
        pytest.param("Ta'if", [], id="Arabic name of a town"),
        pytest.param("Sana'a", [], id="two vowels"),
        pytest.param("Baha'i", [], id="two vowels, one high"),
        pytest.param("Gor'ki", [], id="soft sign"),
        pytest.param("Xi'an", [], id="Chinese name"),
        pytest.param("rock'n'roll", [], id="no suffix in English"),
        pytest.param("وب", [], id="too little left"),
        pytest.param("وَبَ", [], id="too little left, whatever its marks"),
        pytest.param("وبـ", [], id="too little left, however stretched"),
    ],
)
def test_looks_through(word: str, left: list[str]) -> None:
    whole, *found = cores(word)
    assert whole == word
    assert set(found) >= set(left) if left else found == []


@pytest.mark.parametrize(
    "whole", ["D'Artagnan", "d'Arc", "L'Aquila", "D'une", "d'un", "l'a", "c'était"]
)
def test_an_elision_leaves_no_name_of_one_letter(whole: str) -> None:
    assert set(cores(whole)) == {whole, whole[2:]}


TURKISH = """
i in e de den nin ye ya yi yla le da dan daki deki dekiler dekilerin ninki ninkiler nın li liler
lilerin lilere siz sizler lik likler ler lerin lerde lerden ce cı dir tır ydi ydı ymiş yse ndan
sının sinde
"""


@pytest.mark.parametrize("suffix", TURKISH.split())
def test_looks_through_turkish_suffixes(suffix: str) -> None:
    assert cores(f"ABD'{suffix}") == (f"ABD'{suffix}", "ABD")


def test_looks_through_two_prefixes_at_most() -> None:
    assert "صين" not in cores("وبالصين")
    assert "صين" not in cores("وَبِالصين")
