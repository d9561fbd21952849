"""A YAML file as text: where each character of a scalar's value stands in it."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

import yaml

from watcher.errors import Problem
from watcher.models import Place

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_UNITS = {
    '"': re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n|.)|.", re.DOTALL),
    "'": re.compile(r"''|.", re.DOTALL),
}
_BLANK_ESCAPES = frozenset("ntvr _NLP\n\r")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, and its name as problems tell it."""

    name: str
    text: str
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts.extend([0, *(found.end() for found in re.finditer("\n", self.text))])

    def place(self, index: int) -> Place:
        """Tell line and column, from 1, of a character."""
        line = bisect_right(self._starts, index)
        return Place(file=self.name, line=line, column=index - self._starts[line - 1] + 1)

    def problem(self, index: int, path: str, why: str) -> Problem:
        """Name a mistake at a character."""
        place = self.place(index)
        return Problem(file=place.file, line=place.line, column=place.column, path=path, why=why)


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar of a file: its value, its path in the file (`topics[0].match`), its places."""

    value: str
    path: str
    source: Source
    node: yaml.ScalarNode

    def place(self, offset: int | None = None) -> Place:
        """Tell where a character of the value stands; without offset, where the scalar begins."""
        return self.source.place(source_index(self.source.text, self.node, offset))

    def problem(self, why: str, offset: int | None = None) -> Problem:
        """Name a mistake at a character of the value, or of the whole."""
        index = source_index(self.source.text, self.node, offset)
        return self.source.problem(index, self.path, why)


def source_index(text: str, node: yaml.ScalarNode, offset: int | None) -> int:
    """Find the character of `text` that a character of the node's value was read from.

    Without an offset: where the scalar begins, with its quotes.

    YAML drops quotes and indents, folds line breaks and reads escapes, but keeps every other
    character in its order: so those are counted.
    """
    start = _PROPERTIES.match(text, node.start_mark.index, node.end_mark.index)
    at = start.end() if start else node.start_mark.index
    if offset is None:
        return at
    before = sum(not char.isspace() for char in node.value[:offset])
    places = _solid(text, node, at)
    if offset < len(node.value) and not node.value[offset].isspace():
        return places[before][0]
    return places[before - 1][1] if before else places[0][0] if places else at


def _solid(text: str, node: yaml.ScalarNode, at: int) -> list[tuple[int, int]]:
    """Tell begin and end of each character that is no blank, in the order of the value."""
    end = node.end_mark.index
    if node.style in ("|", ">"):
        at = text.find("\n", at, end) + 1 or end
    elif node.style in ("'", '"'):
        at, end = at + 1, end - 1
    units = _UNITS.get(node.style)
    if units is None:
        return [(index, index + 1) for index in range(at, end) if not text[index].isspace()]
    return [unit.span() for unit in units.finditer(text, at, end) if not _is_blank(unit[0])]


def _is_blank(unit: str) -> bool:
    if len(unit) > 2 and unit[1] in "xuU":
        return chr(int(unit[2:], 16)).isspace()
    if unit[0] == "\\" and len(unit) > 1:
        return unit[1] in _BLANK_ESCAPES
    return unit.isspace()
