"""Regular expressions that take linear time on any text; the only door to RE2."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

import re2

Find = Callable[[str], Iterator[tuple[int, int]]]
"""The first places of a pattern in a text, `MOST_FOUND`: start and end in code points."""

MOST_FOUND = 1_000
"""So many are looked for: each may read to the end of the text (`a(.*b)?`)."""


@lru_cache(maxsize=4096)
def finder(pattern: str, *, ignore_case: bool) -> Find:
    """Compile `pattern` (https://github.com/google/re2/wiki/Syntax).

    Raises:
        ValueError: Not a pattern of RE2: back references and look-arounds are none. Or one that
            the empty text fits: it would be found between any two letters.
    """
    options = re2.Options()
    options.case_sensitive = not ignore_case
    options.log_errors = False
    options.max_mem = _MAX_BYTES
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from error

    if compiled.fullmatch(""):
        raise ValueError("it fits the empty text, so any; ask for a letter: `x+` for `x*`")

    def find(text: str) -> Iterator[tuple[int, int]]:
        found = islice(compiled.finditer(text), MOST_FOUND)
        return (place.span() for place in found if place.end() > place.start())

    return find


_MAX_BYTES = 8 << 20
