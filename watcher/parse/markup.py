"""XML as it is sent → XML that is well-formed where that can be had, and safe to read."""

import re
from html.entities import html5

_XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_PROLOGUE = re.compile(
    r"[^<]*(?:\s*(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>))*",
    re.IGNORECASE | re.DOTALL,
)
"""All before the root: junk, declarations, comments, the DTD."""
_ODD_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9][0-9]|1[0-9][0-9]|8[0-9]{3}));)"
)
_CDATA_OR_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|&\#(?:x(?P<hex>[0-9a-f]{1,8})|(?P<number>[0-9]{1,8}));?"
    r"|&(?P<name>[A-Za-z][A-Za-z0-9]{1,31});"
    r"|&",
    re.IGNORECASE | re.DOTALL,
)
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")

_LOST_TEXT = re.compile(r"<(media:description|yandex:full-text|turbo:content)\s[^<>/]*>")
"""feedparser drops the text of elements it does not know, if they have attributes."""
_LONG_TAG = re.compile(r"<([A-Za-z][\w:.-]{0,100})\s[^<>]{16000,}?(/?)>")
_LONG_NAME = re.compile(
    r"(<(?:\w{1,20}:)?(?:author|creator|managingEditor|webMaster|name|email|publisher)\b[^<>]*>"
    r"\s*(?:<!\[CDATA\[)?[^<\]]{500})[^<\]]+",
    re.IGNORECASE,
)
_KEPT = {"amp", "lt", "gt", "quot", "apos"}


def tidy(text: str) -> bytes:
    """Make a document fit for an XML reader; returns UTF-8.

    The DTD goes (its entities are never followed), HTML's named characters and references
    to characters that XML forbids are replaced, a bare `&` is escaped; what makes feedparser
    slow without meaning anything (names or attributes of many thousand signs) is cut.
    """
    text = _PROLOGUE.sub(_XML_DECLARATION, text, count=1)
    if _ODD_REFERENCE.search(text):
        text = _CDATA_OR_REFERENCE.sub(_replaced, text)
        text = _LONE.sub("\ufffd", _SURROGATES.sub(_joined, text))
    text = _LOST_TEXT.sub(r"<\1>", text)
    text = _LONG_NAME.sub(r"\1", _LONG_TAG.sub(r"<\1\2>", text))
    return text.encode()


def _replaced(match: re.Match[str]) -> str:
    """Replace a reference; CDATA sections stay."""
    if match["hex"] or match["number"]:
        code = int(match["hex"], 16) if match["hex"] else int(match["number"])
        return _character(code, match[0])
    if match["name"]:
        return _named(match["name"], match[0])
    return "&amp;" if match[0] == "&" else match[0]


def _character(code: int, reference: str) -> str:
    if 0xD800 <= code <= 0xDFFF:
        return chr(code)  # halves of a pair, to be joined
    if code in (9, 10, 13) or 0x20 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF:
        return reference if reference.endswith(";") else reference + ";"
    return " " if code < 0x20 and code else "\ufffd"


def _named(name: str, reference: str) -> str:
    if name in _KEPT:
        return reference
    character = html5.get(name + ";", "")
    return character if character and character not in "&<>\"'" else "&amp;" + reference[1:]


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
