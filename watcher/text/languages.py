"""Which language an item is written in, as far as inflection needs to know."""

from collections import Counter

from watcher.text.dictionaries import primary_language
from watcher.text.lemmas import Inflector, is_written_in, script_of
from watcher.text.tokens import split

_ENOUGH, _ENOUGH_WORDS = 2000, 60
"""So many characters, and words of a script, tell the language; more would only cost time."""
_ALPHABETS = {
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "de": "äöüß",
    "en": "",
    "es": "áéíñóúü",
    "fr": "àâæçèéêëîïôœùûüÿ",
    "hbs": "абвгдђежзијклљмнњопрстћуфхцчџшčćđéöšüž",
    "it": "àèéìíîòóùú",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
    "pl": "ąćęłńóśźż",
    "pt": "àáâãçéêíóôõúü",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "tr": "âçğıîöşûü",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""The letters of a language; of the Latin ones those beside a to z."""


def languages_of(declared: str, title: str, summary: str, inflector: Inflector) -> tuple[str, ...]:
    """Tell in which languages to look up the words of an item; none if it is in another one.

    For each script in it: the declared language (BCP 47, may be empty) where script and letters do
    not contradict it, else the one whose dictionary knows most words of `title` and `summary`;
    several if they tie. Latin letters beside others are names from anywhere, unless the language
    that is declared has them.
    """
    text = f"{title} {summary}"[:_ENOUGH].lower()
    code = primary_language(declared)
    found: list[str] = []
    for rank, (script, letters) in enumerate(_letters(text)):
        if code and is_written_in(code, script) and _fits(letters, code):
            found += [code] if code in inflector.languages else []
        elif rank == 0 or script != "LATIN":
            found += _by_dictionary(text, script, letters, inflector)
    return tuple(dict.fromkeys(found))


def _letters(text: str) -> list[tuple[str, set[str]]]:
    """Name the scripts of `text`, the one of most letters first, and the letters beyond a to z.

    Each letter counts once. Of two scripts with as many it is the one that comes first.
    """
    scripts: dict[str, list[str]] = {}
    for letter in filter(str.isalpha, dict.fromkeys(text)):
        scripts.setdefault(script_of(letter), []).append(letter)
    ranked = sorted(scripts.items(), key=lambda script: -len(script[1]))
    return [(script, {letter for letter in its if letter > "z"}) for script, its in ranked]


def _fits(letters: set[str], language: str) -> bool:
    return letters <= set(_ALPHABETS.get(language, letters))


def _by_dictionary(
    text: str, script: str, letters: set[str], inflector: Inflector
) -> tuple[str, ...]:
    candidates = [code for code in inflector.languages if is_written_in(code, script)]
    if script != "LATIN":  # where names from anywhere keep their own letters
        candidates = [code for code in candidates if _fits(letters, code)] or candidates
    words = [word for word in split(text) if script_of(word[0]) == script]
    return _knowing_most(words[:_ENOUGH_WORDS], tuple(candidates), inflector)


def _knowing_most(
    words: list[str], languages: tuple[str, ...], inflector: Inflector
) -> tuple[str, ...]:
    if len(languages) < 2:
        return languages
    knowing = Counter(code for word in words for code in inflector.known_in(word))
    most = max(knowing[code] for code in languages)
    return tuple(code for code in languages if knowing[code] == most)
