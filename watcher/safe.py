"""Foreign text made harmless: once at the border, once more at each edge it leaves by."""

import json
import re
import unicodedata
from typing import Any

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_BLANKS = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: terminal escapes begin with ESC or CSI
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls reorder what stands beside them
    "\ud800-\udfff\ufff9-\ufffb\ufeff\U000e0000-\U000e007f]"  # unpaired, annotation, tag characters
)
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_PORT_OR_NONE = re.compile(r"(?:[^:]*|\[.*\]?)(?::\d*)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def clean(text: str, max_length: int) -> str:
    """Clean foreign text where it enters: NFC, NUL and lone surrogates to U+FFFD.

    `max_length` is in code points; a longer text is cut there.
    """
    text = text[: 2 * max_length]  # composing shortens a text, but its cost must be bounded
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return readable(text)[:max_length].rstrip()


def readable(text: str) -> str:
    """Put U+FFFD for NUL and lone surrogates, which no encoding can write; no place is moved."""
    return _UNREADABLE.sub(_REPLACEMENT, text)


def safe_text(text: str) -> str:
    """Make a text fit for one line of a terminal or log.

    Line breaks and tabs become a blank; other control characters, terminal escapes and
    direction controls become visible, by their code.
    """
    if text.isprintable():
        return text
    return _UNSAFE.sub(_visible, _BLANKS.sub(" ", text))


def safe_lines(text: str) -> str:
    """Make a text fit for a terminal as `safe_text` does, line by line."""
    return "\n".join(map(safe_text, text.split("\n")))


def safe_json(value: Any) -> str:
    """Write JSON in one line; what could harm a terminal is escaped, and stays what it is."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def escaped(error: UnicodeError) -> tuple[str, int]:
    """Write what an encoding lacks as JSON does, that JSON may hold it: a handler of `codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def without_credentials(address: str) -> str:
    """Hide in an address what may be a password: it goes to logs and screens of others.

    That is all up to the last `@` where one stands in the place of the host, and what stands in
    the place of the port and is none: a password may hold any character of an address.
    """
    scheme, mark, rest = address.partition("//") if "//" in address else ("", "", address)
    host = re.split("[/?#]", rest, maxsplit=1)[0]
    if "@" not in host and _PORT_OR_NONE.fullmatch(host):
        return address
    return f"{scheme}{mark}…{rest[rest.rindex('@') :] if '@' in rest else ''}"


def csv_cell(text: str) -> str:
    """Guard a CSV cell: one that a spreadsheet would take for a formula gets an apostrophe.

    OWASP, "CSV Injection".
    """
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) else text


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
