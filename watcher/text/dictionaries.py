"""Dictionaries of word forms, built once on disk; the only door to simplemma."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from platformdirs import user_cache_path

from watcher.clock import utc_now
from watcher.errors import WatcherError
from watcher.processes import end_with

_CANNOT_WRITE = "cannot write the word lists to {} (XDG_CACHE_HOME moves them)"
_BUILDING = "building-"
_LONGEST_BUILD_S = 3600
_NAMED_OTHERWISE = {"bs": "hbs", "hr": "hbs", "sh": "hbs", "sr": "hbs", "no": "nb"}


class FormDictionary(Protocol):
    """Maps a word form, in the case it is written in, to its lemma."""

    def get(self, key: str, /) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionaries:
    """The loaded dictionaries by language, and a guess for words that are in none of them."""

    of: dict[str, FormDictionary]
    guess: Callable[[str, str], str | None]
    """(word, language) → the lemma that the language's rules of inflection suggest."""


def primary_language(tag: str) -> str:
    """Take the language out of a BCP 47 tag (`uk-UA`, `uk_UA`), as the dictionaries name it."""
    code = tag.replace("_", "-").split("-")[0].strip().lower()
    return _NAMED_OTHERWISE.get(code, code)


def known_languages(languages: Iterable[str]) -> tuple[str, ...]:
    """Keep the languages that have a dictionary, as primary subtags, in order, none twice."""
    # simplemma costs 70 ms to import: only a watchlist with inflection pays
    from simplemma.strategies.dictionaries.dictionary_factory import (  # noqa: PLC0415
        SUPPORTED_LANGUAGES,
    )

    codes = dict.fromkeys(map(primary_language, languages))
    return tuple(code for code in codes if code in SUPPORTED_LANGUAGES)


def load_dictionaries(
    languages: Sequence[str], *, cache_dir: Path | None = None, say: Callable[[str], None]
) -> Dictionaries:
    """Load the dictionaries of `languages` (`known_languages`), building those not yet on disk.

    Raises:
        WatcherError: They cannot be built or written.
    """
    from simplemma.strategies import DefaultStrategy  # noqa: PLC0415
    from simplemma.strategies.dictionaries import TrieDictionaryFactory  # noqa: PLC0415

    build_dictionaries(languages, cache_dir=cache_dir, say=say)
    factory = TrieDictionaryFactory(len(languages), disk_cache_dir=str(_folder(cache_dir)))
    return Dictionaries(
        of={language: factory.get_dictionary(language) for language in languages},
        guess=DefaultStrategy(dictionary_factory=factory).get_lemma,
    )


def build_dictionaries(
    languages: Sequence[str], *, cache_dir: Path | None = None, say: Callable[[str], None]
) -> None:
    """Build what is not yet on disk: 3 s a language, in other processes for their 800 MB.

    `cache_dir` is the user's cache folder unless given. A file appears whole or not at all,
    whoever else builds and whenever the process dies.

    Raises:
        WatcherError: They cannot be built or written.
    """
    folder = _folder(cache_dir)
    missing = [language for language in languages if not _file(folder, language).exists()]
    if not missing:
        return
    say(f"building word lists for {len(missing)} language{'s' * (len(missing) > 1)}, once")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_left(folder)
        with TemporaryDirectory(dir=folder, prefix=_BUILDING) as scratch:
            _build_in_children(scratch, missing)
            for language in missing:
                _file(Path(scratch), language).replace(_file(folder, language))
    except subprocess.CalledProcessError as error:
        last_line = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise WatcherError(f"cannot build the word lists: {last_line or error}") from error
    except OSError as error:
        raise WatcherError(f"{_CANNOT_WRITE.format(folder)}: {error}") from error


def _remove_left(folder: Path) -> None:
    """Remove what builds that were killed have left."""
    for scratch in folder.glob(f"{_BUILDING}*"):
        with suppress(FileNotFoundError):  # another build has just ended
            if utc_now().timestamp() - scratch.stat().st_mtime > _LONGEST_BUILD_S:
                shutil.rmtree(scratch, ignore_errors=True)


def _folder(cache_dir: Path | None) -> Path:
    return (cache_dir or user_cache_path("watcher")) / f"simplemma-{version('simplemma')}"


def _file(folder: Path, language: str) -> Path:
    return folder / f"{language}.dic"


def _build_in_children(folder: str, languages: Sequence[str]) -> None:
    """Build in two processes, each one half of the languages; they end with this one."""
    command = [sys.executable, "-P", "-m", __name__, folder]
    halves = [half for half in (languages[::2], languages[1::2]) if half]
    lifeline, held = os.pipe()
    try:
        builders = [
            subprocess.Popen(  # noqa: S603 - this module
                [*command, *half], stdin=lifeline, stderr=subprocess.PIPE
            )
            for half in halves
        ]
        ended = [(builder, builder.communicate()[1]) for builder in builders]
    finally:
        os.close(held)
        os.close(lifeline)
    for builder, said in ended:
        if builder.returncode:
            raise subprocess.CalledProcessError(builder.returncode, command, stderr=said)


def _build(folder: str, *languages: str) -> None:
    from simplemma.strategies.dictionaries import TrieDictionaryFactory  # noqa: PLC0415

    end_with(sys.stdin.fileno())
    factory = TrieDictionaryFactory(1, disk_cache_dir=folder)
    for language in languages:
        factory.get_dictionary(language)


if __name__ == "__main__":
    _build(*sys.argv[1:])
