import pytest

from watcher.text.languages import languages_of
from watcher.text.lemmas import Inflector


@pytest.fixture(scope="module")
def inflector() -> Inflector:
    return Inflector(["en", "uk", "ru", "de", "es", "pl"])


@pytest.mark.parametrize(
    ("declared", "title", "found"),
    [
        pytest.param("uk", "Китай передає супутникові знімки", ("uk",), id="declared"),
        pytest.param("uk-UA", "Китай передає супутникові знімки", ("uk",), id="with a region"),
        pytest.param("de_AT", "Peking liefert Moskau Satellitenbilder", ("de",), id="underscore"),
        pytest.param(
            "ru", "Китай передає супутникові знімки Росії", ("uk",), id="і is not Russian"
        ),
        pytest.param(
            "uk", "Пекин передаёт снимки, чтобы бить точнее", ("ru",), id="ы not Ukrainian"
        ),
        pytest.param("en", "Зеленський заявив про ракети", ("uk",), id="another script"),
        pytest.param(
            "en-US", "Zełenski mówi o zdjęciach satelitarnych", ("pl",), id="ł not English"
        ),
        pytest.param("en", "A café in Kyiv was hit by missiles", ("en",), id="a foreign letter"),
        pytest.param("fr", "Pékin livre des images à Moscou", (), id="not watched"),
        pytest.param("be", "Завод", (), id="Belarusian is not watched"),
        pytest.param("sr", "Завод", (), id="Serbian is not watched"),
        pytest.param("kk", "Завод", (), id="Kazakh is not watched"),
        pytest.param("mn", "Завод", (), id="Mongolian is not watched"),
        pytest.param("uz", "Завод", (), id="Uzbek is not watched, in Cyrillic"),
        pytest.param("uz", "Toshkent shahrida zavod", (), id="Uzbek is not watched, in Latin"),
        pytest.param("be", "Пекин передает снимки", ("ru",), id="и is not Belarusian"),
        pytest.param("sr", "Пекин передаёт снимки, чтобы", ("ru",), id="ы is not Serbian"),
        pytest.param("zh", "中国向俄罗斯提供卫星情报", (), id="without inflection"),
        pytest.param(
            "zh", "Beijing denies giving Moscow satellite images", ("en",), id="not Chinese"
        ),
        pytest.param("", "中国向俄罗斯提供卫星情报", (), id="undeclared, no such script"),
        pytest.param("", "Beijing gives Moscow satellite images", ("en",), id="undeclared English"),
        pytest.param("", "Peking liefert Moskau Bilder von Satelliten", ("de",), id="German"),
        pytest.param("", "Pekín entrega a Moscú imágenes de satélite", ("es",), id="Spanish"),
        pytest.param("", "Пекин передает Москве снимки", ("ru",), id="Russian without ы"),
        pytest.param("", "NASA: Київ отримав знімки з супутника", ("uk",), id="begins in Latin"),
        pytest.param("", "Завод", ("uk", "ru"), id="a tie"),
        pytest.param("", "Олегом Александровым", ("ru",), id="ы not Ukrainian, whatever is known"),
        pytest.param("uk", "Олегом Александровым", ("ru",), id="declared Ukrainian, with ы"),
        pytest.param(
            "", "gives школа", ("en", "uk", "ru"), id="as many letters of two scripts, Latin first"
        ),
        pytest.param(
            "ru", "HIMARS, Storm Shadow, Taurus: удар", ("en", "ru"), id="foreign names in Russian"
        ),
        pytest.param("en", "Over Київ, Запоріжжя", ("uk", "en"), id="foreign names in English"),
        pytest.param(
            "", "Satellite images: США готовят санкции", ("ru",), id="Latin beside more others"
        ),
        pytest.param(
            "", "школа gives", ("uk", "ru"), id="as many letters of two scripts, Cyrillic"
        ),
        pytest.param("", "Qwrtz", ("en", "de", "es", "pl"), id="known in none"),
        pytest.param("", "", (), id="no words"),
        pytest.param("", "Їжъы", ("uk", "ru"), id="letters of both"),
    ],
)
def test_the_language_of_an_item(
    declared: str, title: str, found: tuple[str, ...], inflector: Inflector
) -> None:
    assert languages_of(declared, title, "", inflector) == found


def test_the_summary_decides_too(inflector: Inflector) -> None:
    assert languages_of("", "Завод", "На фабрике говорят о прилёте", inflector) == ("ru",)


def test_the_only_language_of_a_script_needs_no_words() -> None:
    assert languages_of("", "Qwrtz", "", Inflector(["en", "uk"])) == ("en",)


@pytest.mark.parametrize(
    "title",
    ["Градови су добили снимке", "Gradovi su dobili snimke", "NATO: градови су добили снимке"],
    ids=["Cyrillic", "Latin", "both"],
)
def test_serbian_is_written_in_two_scripts(title: str) -> None:
    assert languages_of("sr", title, "", Inflector(["en", "ru", "sr"])) == ("hbs",)


def test_without_inflection_no_language_is_needed() -> None:
    assert languages_of("uk", "Завод", "", Inflector([])) == ()
