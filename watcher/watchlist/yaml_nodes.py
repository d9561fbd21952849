"""YAML nodes → texts, lists and mappings, with every mistake told at its place.

YAML's own types are not asked: where a text is wanted, `no`, `2024` and `1e3` are those letters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import yaml

from watcher.errors import ConfigError, Problem, did_you_mean, file_name
from watcher.watchlist.source import Source, Text

MAX_BYTES = 32 * 1024 * 1024
MAX_NODES = 4_000_000
"""Nodes visited in one file, each alias counted anew: a few lines of aliases can mean billions."""

Member = TypeVar("Member")

ID = re.compile(r"[\w:.-]+")
_QUOTED_IN_PART = re.compile(r"""(?:[-:]\s+|[\[,]\s*)["']""")
_COLON = "a text with a colon and a blank in it needs quotes around it"
_IN_QUOTES = "while scanning a quoted scalar"
_SECOND_DOCUMENT = "expected a single document in the stream"
_NEW_ENTRY = re.compile(r"\n[ \t]*- ")
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})


class _Loader(yaml.CSafeLoader):
    """Composes nodes without asking of each plain scalar what type YAML would give it."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - declared by the base class


class UnreadableError(ConfigError):
    """A file is of no use as a whole, for this problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__([problem])


def compose(path: Path) -> tuple[Source, yaml.Node | None]:
    """Read a YAML file into nodes; `None` if there is nothing in it.

    Raises:
        UnreadableError: It cannot be read, is too large, is not UTF-8 or is not YAML.
    """
    source = Source(file_name(path), _text(path))
    try:
        return source, yaml.compose(source.text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = _mark(error)
        index = min(mark.index if mark else 0, len(source.text))
        raise UnreadableError(source.problem(index, "", _why(error, source, index))) from error
    except yaml.reader.ReaderError as error:
        index = source.text.find(chr(error.character))
        why = f"is not YAML: the character U+{error.character:04X} is not allowed"
        raise UnreadableError(source.problem(max(index, 0), "", why)) from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
        raise UnreadableError(Problem(file=file_name(path), why=why)) from error
    if len(body) > MAX_BYTES:
        raise UnreadableError(
            Problem(file=file_name(path), why=f"is larger than {MAX_BYTES} bytes")
        )
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            Problem(file=file_name(path), line=line, column=1, why="is not UTF-8")
        ) from error


def _mark(error: yaml.MarkedYAMLError) -> yaml.Mark | None:
    if error.context == _IN_QUOTES:  # it is told at the end of the file
        return error.context_mark
    return error.problem_mark or error.context_mark


def _why(error: yaml.MarkedYAMLError, source: Source, index: int) -> str:
    if error.context == _IN_QUOTES:
        return "is not YAML: the quote that opens here is never closed"
    if error.context == _SECOND_DOCUMENT:
        return "is not YAML: a second document begins here; a file holds one"
    why = " ".join(filter(None, ("is not YAML:", error.problem, error.context)))
    line = source.text[source.text.rfind("\n", 0, index) + 1 : index]
    if error.problem == "mapping values are not allowed in this context":
        why += f"; {_COLON}"
    elif _QUOTED_IN_PART.search(line):
        why += """; a text that begins with a quote is quoted as a whole: '"two words" OR other'"""
    elif source.text[index : index + 1] in {"*", "&"}:
        why += "; a text that begins with * or & needs quotes: '*graph'"
    return why


class Nodes:
    """Reads the nodes of one file, collecting the problems it meets."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._visited = 0

    def wrong(self, node: yaml.Node, path: str, why: str) -> None:
        """Note a mistake at a node."""
        self.problems.append(self.source.problem(node.start_mark.index, path, why))

    def table(self, node: yaml.Node, path: str, keys: Sequence[str]) -> dict[str, yaml.Node]:
        """Read a mapping whose keys are known."""
        found = {}
        for key, value in self.entries(node, path):
            if key.value in keys:
                found[key.value] = value
            else:
                why = f"is not a key{did_you_mean(key.value, keys)}; there are {', '.join(keys)}"
                self.problems.append(key.problem(why))
        return found

    def entries(self, node: yaml.Node, path: str) -> Iterator[tuple[Text, yaml.Node]]:
        """Read a mapping with any keys, each only once; a key's path is that of its value."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, path, f"must be a mapping of keys to values, not {_kind(node)}")
            return
        seen: dict[str, int] = {}
        for key, value in self._within_bounds(node.value):
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, path, f"a key must be a text, not {_kind(key)}")
                continue
            text = Text(key.value, f"{path}.{key.value}".lstrip("."), self.source, key)
            if key.value in seen:
                self.problems.append(text.problem(f"stands twice; first in line {seen[key.value]}"))
                continue
            seen[key.value] = text.place().line
            yield text, value

    def each(self, node: yaml.Node, path: str) -> Iterator[tuple[str, yaml.Node]]:
        """Read the members of a list, each with its path."""
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, path, f"must be a list, not {_kind(node)}")
            return
        for number, member in enumerate(self._within_bounds(node.value)):
            yield f"{path}[{number}]", member

    def text(self, node: yaml.Node, path: str) -> Text | None:
        """Read a text."""
        if not isinstance(node, yaml.ScalarNode):
            is_query = isinstance(node, yaml.MappingNode) and not node.flow_style
            hint = f"; {_COLON}" if is_query else ""
            self.wrong(node, path, f"must be a text, not {_kind(node)}{hint}")
            return None
        if node.tag.startswith("!"):
            self.wrong(node, path, f"tags such as {node.tag} are not read: write the text itself")
            return None
        if not node.value.strip() or (not node.style and node.value in _EMPTY):
            self.wrong(node, path, "must be a text; it is empty")
            return None
        written = self.source.text[node.start_mark.index : node.end_mark.index]
        if not node.style and (entry := _NEW_ENTRY.search(written)):
            why = "a '-' in the middle of a text: indent it as the entry before, or quote the text"
            at = node.start_mark.index + entry.end() - 2
            self.problems.append(self.source.problem(at, path, why))
            return None
        return Text(node.value, path, self.source, node)

    def texts(self, node: yaml.Node, path: str) -> tuple[Text, ...]:
        """Read a text or a list of texts."""
        members: Iterable[tuple[str, yaml.Node]] = [(path, node)]
        if isinstance(node, yaml.SequenceNode):
            members = self.each(node, path)
        return tuple(text for at, member in members if (text := self.text(member, at)))

    def some(self, parts: Mapping[str, yaml.Node], key: str, path: str) -> tuple[Text, ...]:
        """Read a text or a list of texts under a key that may be absent."""
        return self.texts(parts[key], f"{path}.{key}") if key in parts else ()

    def needed(
        self, parts: Mapping[str, yaml.Node], key: str, node: yaml.Node, path: str
    ) -> tuple[Text, ...]:
        """Read a text or a list of texts under a key of `node` that must be there."""
        if key in parts and isinstance(parts[key], yaml.SequenceNode) and not parts[key].value:
            self.wrong(parts[key], f"{path}.{key}", "must not be an empty list")
        elif key not in parts and isinstance(node, yaml.MappingNode):
            self.wrong(node, path, f"{key} is missing")
        return self.some(parts, key, path)

    def optional(self, parts: Mapping[str, yaml.Node], key: str, path: str) -> str:
        """Read one text under a key that may be absent."""
        text = self.text(parts[key], f"{path}.{key}") if key in parts else None
        return text.value if text else ""

    def is_id(self, text: Text) -> bool:
        """Tell whether a text can be an id; if not, that is a mistake."""
        if ID.fullmatch(text.value):
            return True
        self.problems.append(text.problem("an id is of letters, digits, '-', '_', ':' and '.'"))
        return False

    def _within_bounds(self, members: Iterable[Member]) -> Iterator[Member]:
        for member in members:
            self._visited += 1
            if self._visited > MAX_NODES:
                why = f"has more than {MAX_NODES} values, those behind aliases counted"
                raise UnreadableError(Problem(file=self.source.name, why=why))
            yield member


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return "a text" if node.value.strip() else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
