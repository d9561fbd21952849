"""Where each key of a TOML file stands.

Neither tomllib nor tomlkit tells positions. The text was accepted by tomllib before it comes
here, so tokens are enough: no value needs to be understood, only stepped over.
"""

import re
import tomllib
from bisect import bisect_right

from watcher.settings.keys import Loc

Position = tuple[int, int]
"""Line and column, from 1."""

_TOKEN = re.compile(
    r'''
    (?P<space>[ \t\r\n]+ | \#[^\n]*)
  | (?P<text>"""(?:[^\\]|\\.)*?"""(?:"{0,2}) | \'{3}.*?\'{3}(?:\'{0,2})
      | "(?:[^"\\\n]|\\.)*" | '[^'\n]*')
  | (?P<mark>[\[\]{}=,.])
  | (?P<bare>[^\s\[\]{}=,."'\#]+)
    ''',
    re.VERBOSE | re.DOTALL,
)


def key_places(text: str) -> dict[Loc, Position]:
    """Map the path of each key and each element of a list to where it stands.

    `text` is valid TOML 1.0. The path is what tomllib's value is reached by:
    `("feed", 0, "url")`. A table made by its header stands at its header.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [m for m in _TOKEN.finditer(text) if m.lastgroup != "space"]
        self._at = 0
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._places: dict[Loc, Position] = {}
        self._counts: dict[Loc, int] = {}

    def read(self) -> dict[Loc, Position]:
        table: Loc = ()
        while self._at < len(self._tokens):
            if self._sees("["):
                table = self._header()
            else:
                self._pair(table)
        return self._places

    def _sees(self, mark: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at][0] == mark

    def _take(self, mark: str) -> bool:
        found = self._sees(mark)
        self._at += found
        return found

    def _position(self) -> Position:
        start = self._tokens[self._at].start()
        line = bisect_right(self._starts, start)
        return line, start - self._starts[line - 1] + 1

    def _note(self, path: Loc, position: Position) -> None:
        self._places.setdefault(path, position)

    def _key(self) -> list[tuple[str, Position]]:
        """Read a key, dotted or not."""
        parts = []
        while True:
            position = self._position()
            token = self._tokens[self._at]
            self._at += 1
            parts.append((_plain(token[0]), position))
            if not self._take("."):
                return parts

    def _header(self) -> Loc:
        start = self._position()
        self._at += 1
        is_list = self._take("[")
        path: Loc = ()
        for name, _ in self._key():
            path = self._inside((*path, name))
        if is_list:
            path = path[:-1] if isinstance(path[-1], int) else path
            self._counts[path] = self._counts.get(path, -1) + 1
            self._note(path, start)
            path = (*path, self._counts[path])
        self._at += 1 + is_list
        self._note(path, start)
        return path

    def _inside(self, path: Loc) -> Loc:
        """Step into the newest table of a list of tables."""
        return (*path, self._counts[path]) if path in self._counts else path

    def _pair(self, table: Loc) -> None:
        path = table
        for name, position in self._key():
            path = (*path, name)
            self._note(path, position)
        self._at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Loc) -> None:
        if self._take("["):
            self._list(path)
        elif self._take("{"):
            while not self._take("}"):
                self._pair(path)
                self._take(",")
        else:
            self._scalar()

    def _list(self, path: Loc) -> None:
        number = 0
        while not self._take("]"):
            self._note((*path, number), self._position())
            self._value((*path, number))
            self._take(",")
            number += 1

    def _scalar(self) -> None:
        """Step over one value: a text, or what has no quotes, such as `1.5`, `1979-05-27 07:32`."""
        line = self._position()[0]
        self._at += 1
        if self._tokens[self._at - 1].lastgroup == "text":
            return
        while self._at < len(self._tokens) and self._position()[0] == line:
            token = self._tokens[self._at]
            if token.lastgroup == "bare" or token[0] == ".":
                self._at += 1
            else:
                return


def _plain(key: str) -> str:
    """Tell what a key means; quoted ones have escapes."""
    if key[0] not in "\"'":
        return key
    (name,) = tomllib.loads(f"{key} = 0")
    return name
