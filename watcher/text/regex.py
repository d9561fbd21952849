"""Regular expressions that take linear time on any text; the only door to RE2."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import re2

Find = Callable[[str], Iterator[tuple[int, int]]]
"""All places of a pattern in a text that are not empty: start and end in code points."""


@lru_cache(maxsize=4096)
def finder(pattern: str, *, ignore_case: bool) -> Find:
    """Compile `pattern` (https://github.com/google/re2/wiki/Syntax).

    Raises:
        ValueError: Not a pattern of RE2: back references and look-arounds are none.
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

    def find(text: str) -> Iterator[tuple[int, int]]:
        return (found.span() for found in compiled.finditer(text) if found.end() > found.start())

    return find


_MAX_BYTES = 8 << 20
