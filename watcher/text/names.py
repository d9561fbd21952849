"""How names decline: the rules of families' and given names, which dictionaries do not know."""

import re
from collections.abc import Mapping
from functools import cache

Declension = tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]
"""What ends a nominative, and what stands there in the other cases."""


def name_forms(name: str, language: str) -> frozenset[str]:
    """Decline `name`, a nominative, in `language`; lower case, all cases of the singular.

    No form at all where the language has no rules here or the name is under three letters; two
    are enough in Cyrillic if they are no abbreviation (*Ким Чен Ына*, but *ВС* is not *Все*). The
    rules are generous: a form that does not exist is never met.
    """
    is_short_name = language in _SHORT_NAMES and not name.isupper()
    if len(name) < (2 if is_short_name else _SHORTEST):
        return frozenset()
    name = name.lower()
    return frozenset(
        ending.sub(other, name, count=1)
        for ending, others in _declension(language)
        if ending.search(name)
        for other in others
    )


def is_family_name(name: str, language: str) -> bool:
    """Tell whether `name` ends like the names of families that differ for men and women."""
    ending = _FAMILIES.get(language)
    return ending is not None and ending.search(name.lower()) is not None


def adds_s(name: str, language: str) -> bool:
    """Tell whether a name takes a bare `s` (*Putins*, *Selenskyjs*) in `language`."""
    return language in _GERMANIC and len(name) >= _SHORTEST and name[-1].lower() not in "sxzß"


_SHORTEST = 3
_SHORT_NAMES = frozenset({"ru", "uk"})
_GERMANIC = frozenset({"da", "de", "en", "nb", "nl", "nn", "sv"})


@cache
def _declension(language: str) -> Declension:
    rules = _DECLENSIONS.get(language, {})
    return tuple((re.compile(f"(?:{end})$"), tuple(to.split())) for end, to in rules.items())


_RUSSIAN = {
    "(?<=[бвгджзклмнпрстфхцчшщ])": "а у ом ем е",
    "(?<=[оеё]в)|(?<=[иы]н)": "ым",
    "й": "я ю ем е",
    "(?<=и)й": "и",
    "(?<=[гкхжчшщ])ий|ый|ой": "ого ому ым им ом его ему ем",
    "ь": "я ю ем е и ью",
    "ец": "ца цу цом цем це",
    "(?<=л)ец": "ьца ьцу ьцом ьцем ьце",
    "(?<=[аеиоуыэюя])ец": "йца йцу йцем йце",
    "[ое]к": "ка ку ком ке",
    "(?<=^л)ев": "ьва ьву ьвом ьве",
    "(?<=^пав)ел": "ла лу лом ле",
    "а": "ы и е у ой ою ей ею",
    "я": "и е ю ей ею",
    "ая": "ой ою ую",
}
_UKRAINIAN = {
    "(?<=[бвгґджзклмнпрстфхцчшщ])": "а у ові еві ом ем і е",
    "(?<=[оеєї]в)|(?<=[иії]н)": "им",
    "(?<=р)": "я ю еві ем і",
    "(?<=ов)": "'ю",
    "ів": "ова ову ові овом овим ове",
    "їв": "єва єву єві євом євим єве",
    "ір": "ора ору орові ором орі оре",
    "й": "я ю єві єм ї є",
    "ей": "'я 'ю 'єві 'єм 'ї",
    "ий|ой": "ого ому им ім",
    "ь": "я ю еві ем і е",
    "іль": "оля олю олеві олем олі",
    "ець": "ця цю цеві цем ці",
    "(?<=л)ець": "ьця ьцю ьцеві ьцем ьці",
    "єць": "йця йцю йцеві йцем йці",
    "[ое]к": "ка ку кові ком ці",
    "о": "а у ові еві ом ем і",
    "а": "и і у ою ею о е",
    "га": "зі",
    "ка": "ці",
    "ха": "сі",
    "(?<=[сц]ьк)а|(?<=[оеє]в)а|(?<=[иії]н)а": "ої ій",
    "(?<=[бвгґджзклмнпрстфхцчшщ])я": "і ю ею е",
    "(?<=[аеєиіїоуюя'])я": "ї ю єю є",
}
_POLISH = {
    "(?<=[bcdfghjklłmnńprsśtvwxzźżć])": "a u owi em iem ie",
    "(?<=r)": "ze",
    "(?<=d)": "zie",
    "t": "cie",
    "ł": "le",
    "ek": "ka kowi kiem ku",
    "eł": "ła łowi łem le",
    "ec": "ca cowi cem cu",
    "ów": "owa owowi owem owie owu",
    "(?<=i)": "ego emu m",
    "y": "ego emu ym",
    "(?<=y)": "'ego 'emu 'm",
    "(?<=e)": "'a 'owi 'em",
    "o": "a u owi em ze ie",
    "(?<=k)o": "i ę ą",
    "ko|ka": "ce",
    "a": "y i ę ą o ie",
    "ga": "dze",
    "(?<=r)a": "ze",
    "(?<=d)a": "zie",
    "ta": "cie",
    "ła": "le",
    "(?<=[sc]k)a|(?<=dzk)a": "iej",
    "(?<=[oe]w)a|(?<=[iy]n)a": "ej",
}
_CZECH_AND_SLOVAK = {
    "(?<=[bcčdďfghjklmnňprřsštťvwxzž])": "a u ovi em om e i",
    "ý|(?<=[sc]k)(?:y|yj|yy|ij|i)": "ého ému ým ém om",
    "a": "y ě e u ou o ovi i",
    "o": "a u ovi em om i",
}
_SOUTH_SLAVIC = {
    "(?<=[bcčćdđfghjklmnprsštvzž])": "a u om em e",
    "(?<=[sc]k)(?:y|yj|yy|ij|i)": "og oga om ome im ega emu em",
    "a": "e i u om o",
}
_DECLENSIONS: Mapping[str, Mapping[str, str]] = {
    "ru": _RUSSIAN,
    "uk": _UKRAINIAN,
    "pl": _POLISH,
    "cs": _CZECH_AND_SLOVAK,
    "sk": _CZECH_AND_SLOVAK,
    "hbs": _SOUTH_SLAVIC,
    "sl": _SOUTH_SLAVIC,
}
_FAMILIES = {
    "ru": re.compile("(?:[оеё]ва?|[иы]на?|[сц]кий|[сц]кая)$"),
    "uk": re.compile("(?:[оеєї]ва?|[иії]на?|[сц]ьк(?:ий|а))$"),
    "pl": re.compile("(?:[sc]|dz)k[ia]$"),
}
