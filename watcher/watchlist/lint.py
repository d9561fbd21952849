"""What is suspicious in a watchlist, though it can be read."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from babel import Locale
from babel.core import get_global

from watcher.errors import Problem
from watcher.models import Topic
from watcher.nodes import FIELDS, And, Node, Not, Regex, Term, parts_of
from watcher.text.lemmas import Inflector, script_of
from watcher.watchlist.clauses import contradictions, holds_of_nothing
from watcher.watchlist.compile import Written
from watcher.watchlist.equal_terms import equal_terms
from watcher.watchlist.load import Watchlist, in_order
from watcher.watchlist.source import Text

_WORD = re.compile(r"(?<!\\)[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
"""Letters, and what is written over them; no sign of a regular expression."""
_ASCII_CLASS = re.compile(r"\\[bBwW]")
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK"})
"""Scripts whose letters pass for one another."""


def lint(watchlist: Watchlist) -> list[Problem]:
    """Warn of the suspicious, in the order of the files; what reading repaired is among it.

    Knowing equal inflections may build dictionaries for some seconds, once.
    """
    languages = {code for topic in watchlist.topics for code in topic.languages}
    inflector = Inflector(sorted(languages))
    warnings = chain(
        watchlist.warnings,
        _unknown_languages(watchlist.languages),
        chain.from_iterable(map(_mixed_scripts, watchlist.written)),
        chain.from_iterable(map(_eaten_quotes, watchlist.written)),
        chain.from_iterable(map(_ascii_classes, watchlist.written)),
        _never_in_queries(watchlist),
        equal_terms(watchlist.written, inflector),
        chain.from_iterable(map(_whole_topic, watchlist.topics)),
        _same_meaning(watchlist.topics),
        _unused(watchlist),
    )
    return in_order(warnings, watchlist.files)


def _unknown_languages(languages: Iterable[Text]) -> Iterator[Problem]:
    """Find codes that CLDR knows no language by; most are those of countries."""
    known = Locale("en").languages
    for text in languages:
        if text.value not in known:
            likely = get_global("likely_subtags").get(f"und_{text.value.upper()}", "")
            hint = f" (did you mean {likely.split('_')[0]}?)" if likely else ""
            yield text.problem(f"there is no language {text.value!r}{hint}")


def _mixed_scripts(written: Written) -> Iterator[Problem]:
    """Find letters of one script inside words of another that looks alike."""
    if written.text.value.isascii():
        return
    for word in _WORD.finditer(written.text.value):
        scripts = [script_of(letter) for letter in word[0]]
        alike = sorted(_ALIKE & set(scripts), key=scripts.count)
        if len(alike) > 1:
            at = scripts.index(alike[0])
            why = f"{word[0]!r} mixes scripts: {word[0][at]!r} is {alike[0].title()}"
            yield written.text.problem(why, word.start() + at)


def _eaten_quotes(written: Written) -> Iterator[Problem]:
    """Find `"two words"`, of which YAML has taken the quotes: no phrase is left."""
    node, text = written.node, written.text
    if text.node.style not in ("'", '"') or not isinstance(node, And):
        return
    words = [part.text for part in node.parts if isinstance(part, Term)]
    if " ".join(words) == " ".join(text.value.split()):
        why = f"means {' AND '.join(words)}: YAML takes the outer quotes"
        yield text.problem(f"{why}; the phrase is '\"{text.value}\"'")


def _ascii_classes(written: Written) -> Iterator[Problem]:
    """Find regular expressions that ask for other letters and take none for a letter."""
    for node in _all_parts(written.node):
        if isinstance(node, Regex) and not node.pattern.isascii():
            for sign in _ASCII_CLASS.finditer(node.pattern):
                why = f"'{sign[0]}' knows only letters of ASCII: \\pL is any letter"
                at = written.text.value.find(node.pattern) + sign.start()
                yield written.text.problem(why, at)


def _all_parts(node: Node) -> Iterator[Node]:
    yield node
    for part in parts_of(node):
        yield from _all_parts(part)


def _never_in_queries(watchlist: Watchlist) -> Iterator[Problem]:
    fields = {topic.id: topic.fields for topic in watchlist.topics}
    everywhere = set(FIELDS).intersection(*fields.values())  # any topic may use a name
    for written in watchlist.written:
        for why in contradictions(written.node, fields.get(written.owner, everywhere)):
            yield written.text.problem(f"can never hold: {why}")


def _whole_topic(topic: Topic) -> Iterator[Problem]:
    if holds_of_nothing(topic.query):
        yield _at(topic, "holds of items without any word of it: every item costs it a look")
    if topic.unless is not None:
        inside = set(contradictions(topic.query, topic.fields))
        for why in contradictions(And((topic.query, Not(topic.unless))), topic.fields):
            if why not in inside:
                yield _at(topic, f"can never hold: {why}")


def _same_meaning(topics: Iterable[Topic]) -> Iterator[Problem]:
    first: dict[str, Topic] = {}
    for topic in topics:
        known = first.setdefault(topic.version, topic)
        if known is not topic:
            place = f"{known.place.file}:{known.place.line}"
            yield _at(topic, f"means the same as {known.id} ({place})")


def _unused(watchlist: Watchlist) -> Iterator[Problem]:
    for group in watchlist.groups:
        if group.id.value not in watchlist.used:
            yield group.id.problem(f"no topic uses ${group.id.value}")


def _at(topic: Topic, why: str) -> Problem:
    place = topic.place
    return Problem(file=place.file, line=place.line, column=place.column, path=topic.id, why=why)
