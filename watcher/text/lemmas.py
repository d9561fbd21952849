"""Which words are forms of one word: keys of (language, lemma) that text and term share."""

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from watcher.text.dictionaries import Dictionaries, known_languages, load_dictionaries
from watcher.text.fold import fold, plain
from watcher.text.names import adds_s, is_family_name, name_forms

Key = tuple[str, str]
"""(language, folded lemma), or (language and `NAME`, folded form of a name)."""

NAME = " name"
_WRITTEN_IN = {
    script: frozenset(codes.split())
    for script, codes in {
        "ARABIC": "ar ary arz bal ckb fa glk ks ku lrc mzn ps sd skr ug ur",
        "ARMENIAN": "hy",
        "BENGALI": "as bn mni",
        "CJK": "yue zh",
        "CYRILLIC": "ab ady av ba be bg bua ce crh cv hbs kbd kk kv ky lez mdf mk mn myv os ru rue"
        " sah tg tt tyv udm uk uz",
        "DEVANAGARI": "awa bho brx doi hi kok mag mai mr ne new sa",
        "ETHIOPIC": "am ti",
        "GEORGIAN": "ka xmf",
        "GREEK": "el grc",
        "GUJARATI": "gu",
        "GURMUKHI": "pa",
        "HANGUL": "ko",
        "HEBREW": "he yi",
        "HIRAGANA": "ja",
        "KANNADA": "kn tcy",
        "KHMER": "km",
        "LAO": "lo",
        "MALAYALAM": "ml",
        "MYANMAR": "my shn",
        "ORIYA": "or",
        "SINHALA": "si",
        "TAMIL": "ta",
        "TELUGU": "te",
        "THAANA": "dv",
        "THAI": "th",
        "TIBETAN": "bo dz",
    }.items()
}
"""The scripts that are not Latin, and the languages of news in them (CLDR, likely subtags)."""
_LATIN_TOO = {"crh", "hbs", "kk", "ku", "uz"}
_NOT_LATIN = frozenset().union(*_WRITTEN_IN.values()) - _LATIN_TOO
_STRESS = dict.fromkeys(map(ord, "\u0300\u0301"))


class Inflector:
    """Knows the inflections of a watchlist's languages, and of names in them.

    A text word satisfies a term word if their keys intersect. Without languages there are no
    keys and nothing is loaded. Making one may build dictionaries for some seconds, once.
    """

    def __init__(self, languages: Sequence[str], *, cache_dir: Path | None = None) -> None:
        self.languages: tuple[str, ...] = known_languages(languages) if languages else ()
        """The languages that have a dictionary, as primary subtags."""
        self._dictionaries = Dictionaries(of={}, guess=lambda _word, _language: None)
        if self.languages:
            self._dictionaries = load_dictionaries(
                self.languages, cache_dir=cache_dir, say=_tell_on_stderr
            )
        self.known_in = lru_cache(maxsize=65536)(self._known_in)
        """The languages whose dictionary knows a word."""

    def text_keys(self, word: str, language: str | tuple[str, ...]) -> frozenset[Key]:
        """Tell what `word`, as it stands in a text in `language`, is a form of."""
        spoken = (language,) if isinstance(language, str) else language
        word = _listed(word)
        return frozenset(
            key for code in spoken if code in self.languages for key in self._text_keys(word, code)
        )

    def term_keys(self, word: str, *, name: bool, is_closed: bool = False) -> frozenset[Key]:
        """Tell what forms `word`, as it stands in a watchlist, shall be found in.

        It counts as a base form in every language of its script; its own lemma is taken only if
        it is a base form in none of them, and nobody has closed it up: *санкціїЄС* is no form of
        *санкції*. With `name` and a capital it declines by the rules of
        names, too; the names of families by these alone, lest husbands be taken for wives.
        """
        word = _listed(word)
        languages = self._written_like(word)
        forms = {code: self._forms(word, code) for code in languages} if name else {}
        keys = {(code + NAME, form) for code in forms for form in forms[code]}
        by_dictionary = [
            code for code in languages if not (name and self._is_family_name(word, code))
        ]
        keys |= {(code, fold(word)) for code in by_dictionary}
        is_base = is_closed or any(self._is_base(word, code) for code in languages)
        if not word.isupper() and not is_base:
            keys |= {(code, lemma) for code in by_dictionary for lemma in self._lemmas(word, code)}
        return frozenset(keys)

    def _written_like(self, word: str) -> tuple[str, ...]:
        script = script_of(next(filter(str.isalpha, word), " "))
        return tuple(code for code in self.languages if is_written_in(code, script))

    def _known_in(self, word: str) -> frozenset[str]:
        word = _listed(word)
        return frozenset(code for code in self._written_like(word) if self._known(word, code))

    def _text_keys(self, word: str, language: str) -> Iterator[Key]:
        if word[:1].isupper():
            yield language + NAME, fold(word)
        for lemma in self._lemmas(word, language):
            yield language, lemma

    def _lemmas(self, word: str, language: str) -> set[str]:
        """Look `word` up, or guess where it is no name: guesses make *Зеленскто* of those."""
        known = self._known(word, language)
        if known or (word[:1].isupper() and language != "de"):
            return known
        return {fold(self._dictionaries.guess(word, language) or word)}

    def _known(self, word: str, language: str) -> set[str]:
        """Look `word` up as written, and in lower case, as at the start of a sentence."""
        forms = self._dictionaries.of[language]
        lemmas = [forms.get(word)]
        lower = word.lower()
        if lower != word and (lemmas == [None] or not word.isupper()):  # US is not we
            lemmas.append(forms.get(lower))
        if not any(lemmas):
            lemmas.append(forms.get(word.capitalize()))
        return {fold(lemma) for lemma in lemmas if lemma}

    def _is_base(self, word: str, language: str) -> bool:
        return fold(word) in self._known(word, language)

    def _is_family_name(self, word: str, language: str) -> bool:
        """Tell a name from a noun that ends so (*Остров*), if not from forms of one (*песков*)."""
        if not (word[:1].isupper() and is_family_name(word, language)):
            return False
        lemma = self._dictionaries.of[language].get(word.lower())
        return lemma is None or fold(lemma) != fold(word)

    def _forms(self, word: str, language: str) -> set[str]:
        if not word[:1].isupper() or word.isupper():  # abbreviations stay as they are
            return set()
        forms = {fold(form) for form in name_forms(word, language)}
        if adds_s(word, language) and not self._is_another_word(word + "s", language):
            forms.add(fold(word + "s"))
        return forms

    def _is_another_word(self, genitive: str, language: str) -> bool:
        known = self._known(genitive, language)
        if language == "de" and len(genitive) > 5:
            known.discard(fold(genitive))  # it lists genitives as words: Chinas, Russlands
        return bool(known)


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """Name the script of a letter as Unicode does, such as `CYRILLIC`."""
    return unicodedata.name(letter, "").split(" ")[0]


def is_written_in(language: str, script: str) -> bool:
    """Tell whether a language (a primary subtag) is written in a script, as `script_of` names it.

    A language not listed here counts as one in Latin letters.
    """
    if script == "LATIN":
        return language not in _NOT_LATIN
    return language in _WRITTEN_IN.get(script, ())


def _listed(word: str) -> str:
    """Write `word` as dictionaries do: composed, of usual width, without marks of stress."""
    return unicodedata.normalize("NFKC", plain(word)).translate(_STRESS)


def _tell_on_stderr(line: str) -> None:
    sys.stderr.write(line + "\n")
