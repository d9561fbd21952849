"""Which language an item is written in, as far as inflection needs to know."""

import re
from collections import Counter

from watcher.text.dictionaries import primary_language
from watcher.text.lemmas import Inflector, script_of, script_of_language

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
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
    if not inflector.languages:
        return ()
    text = f"{title} {summary}"[:_ENOUGH].lower()
    words = _WORD.findall(text)
    scripts = Counter(script_of(word[0]) for word in words)
    script = scripts.most_common(1)[0][0] if scripts else ""
    letters = {letter for letter in set(text) if letter > "~" and script_of(letter) == script}
    code = primary_language(declared)
    if code and not _contradict(letters, script, code):
        return (code,) if code in inflector.languages else ()
    candidates = [code for code in inflector.languages if script_of_language(code) == script]
    return _knowing_most(words, tuple(candidates), inflector)


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
