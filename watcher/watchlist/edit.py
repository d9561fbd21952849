"""Add a test to a watchlist file; every other character of the file stays as it is.

A YAML library that keeps comments still writes the whole file anew: columns set in line, wrapped
lists and blanks inside brackets are lost. Composed nodes tell where a line must go in.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml

from watcher.errors import ConfigError, WatcherError, file_name
from watcher.models import Item
from watcher.watchlist.read_file import read_draft
from watcher.watchlist.read_topic import ITEM_KEYS
from watcher.watchlist.yaml_nodes import compose

Kind = Literal["match", "ignore"]
Insertion = tuple[int, str]
"""Before which character of the text to put which text."""

_ATTRIBUTES = {"published": "published_at", "seen": "seen_at"}
_UNFIT = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BOM = b"\xef\xbb\xbf"


def append_test(file: Path, topic_id: str, kind: Kind, item: Item) -> None:
    """Add an item to what a topic must match or ignore, unless it is there already.

    The file is replaced at once, whole, and only by one that says what it should.

    Raises:
        ConfigError: The file has mistakes as it is.
        WatcherError: The topic is not in it, the test cannot be put in, or says the contrary of
            one that is there.
    """
    wanted = _without_place(item)
    tests = _tests(file, topic_id, kind)
    if wanted in tests:
        return
    source, root = compose(file)
    topic = next(each for each in _list(_value(root, "topics")) if _id(each) == topic_id)
    contrary: Kind = "ignore" if kind == "match" else "match"
    if (others := _tests(file, topic_id, contrary)) and wanted in others:
        line = _members(topic, contrary)[others.index(wanted)].start_mark.line + 1
        raise WatcherError(
            f"{file_name(file)}:{line}: is a test to {contrary} the same text; take that out first"
        )
    at, addition = _insertion(source.text, topic, kind, _written(item))
    with _replacing(file, source.text[:at] + addition + source.text[at:]) as edited:
        if read_draft(edited).problems or _tests(edited, topic_id, kind) != [*tests, wanted]:
            raise WatcherError(
                f"{file_name(file)} is laid out in a way that a test cannot be added to; "
                f"add it by hand: {_written(item)}"
            )


@contextmanager
def _replacing(file: Path, text: str) -> Iterator[Path]:
    """Write a text beside a file, and put it in its place when nothing is wrong with it."""
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".watcher-") as folder:
            edited = Path(folder) / file.name
            _write(edited, text, like=file)
            yield edited
            edited.replace(file.resolve())
    except OSError as error:
        raise WatcherError(f"{file_name(file)}: cannot be written: {error.strerror}") from error


def _tests(file: Path, topic_id: str, kind: Kind) -> list[Item]:
    draft = read_draft(file)
    if draft.problems:
        raise ConfigError(draft.problems)
    for topic in draft.topics:
        if topic.id.value == topic_id:
            tests = topic.tests.match if kind == "match" else topic.tests.ignore
            return [_without_place(test) for test in tests]
    raise WatcherError(f"{file_name(file)} has no topic {topic_id!r}")


def _without_place(item: Item) -> Item:
    """Forget who the item is, and what no test can say."""
    return replace(item, id="", guid="")


def _write(file: Path, text: str, *, like: Path) -> None:
    begin = like.read_bytes()[: len(_BOM)]
    with file.open("wb") as opened:
        opened.write((_BOM if begin == _BOM else b"") + text.encode())
        opened.flush()
        os.fsync(opened.fileno())
    shutil.copymode(like, file)


# Where it goes


def _insertion(text: str, topic: yaml.Node, kind: Kind, line: str) -> Insertion:
    tests = _value(topic, "tests")
    if tests is None:
        return _into(text, topic, ("tests", kind), line)
    members = _value(tests, kind)
    if members is None:
        return _into(text, tests, (kind,), line)
    return _into(text, members, (), line)


def _into(text: str, node: Any, keys: Sequence[str], line: str) -> Insertion:
    """Put a line at the end of a list or a mapping, under keys that are not there yet."""
    newline = "\r\n" if "\r\n" in text else "\n"
    if node.flow_style:
        return _into_brackets(text, node, keys, line)
    indent = " " * node.start_mark.column
    rows = []
    for key in keys:
        rows.append(f"{indent}{key}:")
        indent += "  "
    rows.append(f"{indent}- {line}")
    end = text.find("\n", _end(text, node))
    if end < 0:
        return len(text), newline + newline.join(rows) + newline
    return end + 1, newline.join(rows) + newline


def _into_brackets(text: str, node: Any, keys: Sequence[str], line: str) -> Insertion:
    for depth, key in enumerate(reversed(keys)):
        line = f"{key}: [{line}]" if depth == 0 else f"{key}: {{{line}}}"
    if node.value:
        return _end(text, _last(node)), f", {line}"
    return node.end_mark.index - 1, line


def _end(text: str, node: Any) -> int:
    """Tell where the last thing in a node ends; block nodes claim the blanks after it, too."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        return _end(text, _last(node))
    return len(text[: node.end_mark.index].rstrip())


def _last(node: Any) -> Any:
    last = node.value[-1]
    return last[1] if isinstance(node, yaml.MappingNode) else last


def _value(node: Any, key: str) -> yaml.Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _list(node: Any) -> Sequence[yaml.Node]:
    members: Sequence[yaml.Node] = node.value
    return members


def _members(topic: Any, kind: Kind) -> Sequence[yaml.Node]:
    return _list(_value(_value(topic, "tests"), kind))


def _id(topic: yaml.Node) -> str:
    node = _value(topic, "id")
    return str(node.value) if node else ""


# How it is written


def _written(item: Item) -> str:
    """Write an item on one line: its title alone, or all that is known of it."""
    said = {key: getattr(item, _ATTRIBUTES.get(key, key)) for key in ITEM_KEYS}
    said = {key: value for key, value in said.items() if value}
    if said.keys() == {"title"}:
        return _quoted(item.title)
    return "{" + ", ".join(f"{key}: {_value_text(value)}" for key, value in said.items()) + "}"


def _value_text(value: str | datetime | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_quoted, value)) + "]"
    return _quoted(value.isoformat() if isinstance(value, datetime) else value)


def _quoted(text: str) -> str:
    """Quote as JSON does, which YAML reads alike, but for characters that break its lines."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNFIT.sub(lambda char: f"\\u{ord(char[0]):04x}", quoted)
