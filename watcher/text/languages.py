"""Which language an item is written in, as far as inflection needs to know."""

from collections import Counter
from operator import itemgetter

from watcher.text.dictionaries import primary_language
from watcher.text.lemmas import Inflector, script_of, script_of_language
from watcher.text.tokens import split

_ENOUGH = 2000
"""So many characters tell the language; the rest of a long summary would only cost time."""
_ALPHABETS = {
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "de": "äöüß",
    "en": "",
    "es": "áéíñóúü",
    "fr": "àâæçèéêëîïôœùûüÿ",
    "it": "àèéìíîòóùú",
    "pl": "ąćęłńóśźż",
    "pt": "àáâãçéêíóôõúü",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "tr": "âçğıîöşûü",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""The letters of a language; of the Latin ones those beside a to z."""


def languages_of(declared: str, title: str, summary: str, inflector: Inflector) -> tuple[str, ...]:
    """Tell in which languages to look up the words of an item; none if it is in another one.

    The declared language (BCP 47, may be empty) where script and letters do not contradict it,
    else the one whose dictionary knows most words of `title` and `summary`; several if they tie.
    """
    text = f"{title} {summary}"[:_ENOUGH].lower()
    letters, script = _letters(text)
    code = primary_language(declared)
    if code and not _contradict(letters, script, code):
        return (code,) if code in inflector.languages else ()
    candidates = [code for code in inflector.languages if script_of_language(code) == script]
    if script != "LATIN":  # where names from anywhere keep their own letters
        fitting = [code for code in candidates if not _contradict(letters, script, code)]
        candidates = fitting or candidates
    return _knowing_most(split(text), tuple(candidates), inflector)


def _letters(text: str) -> tuple[set[str], str]:
    """Tell the script that most letters of `text` are of, each counted once, and those letters.

    Of two scripts with as many letters it is the one that comes first.
    """
    scripts = {letter: script_of(letter) for letter in dict.fromkeys(text) if letter.isalpha()}
    script = max(Counter(scripts.values()).items(), key=itemgetter(1), default=("", 0))[0]
    return {letter for letter, its in scripts.items() if its == script and letter > "z"}, script


def _contradict(letters: set[str], script: str, language: str) -> bool:
    alphabet = _ALPHABETS.get(language)
    return script_of_language(language) != script or (
        alphabet is not None and not letters.issubset(alphabet)
    )


def _knowing_most(
    words: list[str], languages: tuple[str, ...], inflector: Inflector
) -> tuple[str, ...]:
    if len(languages) < 2:
        return languages
    knowing = Counter(code for word in words for code in inflector.known_in(word))
    most = max(knowing[code] for code in languages)
    return tuple(code for code in languages if knowing[code] == most)
