"""XML as it is sent → XML that is safe to read, and well-formed where that can be had."""

import re
from html.entities import html5

_XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_PROLOGUE = re.compile(
    r"[^<]*(?:\s*(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>))*\s*",
    re.IGNORECASE | re.DOTALL,
)
"""All before the root: junk, declarations, comments, the DTD."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SECTION_OR_REFERENCE = re.compile(
    r"<!\[CDATA\[[^\]]*(?:\](?!\]>)[^\]]*)*(?:\]\]>|\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos);)"
    r"(?:\#(?:[xX](?P<hex>[0-9A-Fa-f]{1,8})|(?P<number>[0-9]{1,8}));?"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]{1,31};))?"
)
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")

_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF|urlset)(?=[\s>])")
_PREFIX = re.compile(r"""(?:</?|\s)([A-Za-z_][\w.-]*):[\w.-]+(?=[\s/>=])""")
_DECLARED = re.compile(r"xmlns:([\w.-]+)\s*=")

_END_OF_ROOT = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
ITEM_TAG = re.compile(rb"</?(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)

_STUMBLES = re.compile(
    rb"</?(?:georss|gml|psc):[^<>]*>|</?(?:textinput|width|height|media:player)\b[^<>]*>"
    rb"|&#(?:5[5-7][0-9]{3}|x[Dd][89A-Fa-f]..);",
    re.IGNORECASE,
)
_LOST_TEXT = re.compile(rb"<(yandex:full-text|turbo:content)\s[^<>/]*>")
_SIDE_TEXT = re.compile(
    rb"<(/?)(media|itunes|dc):(description|summary|subtitle)(?:\s[^<>]*[^<>/])?\s*(?=/?>)"
)
SIDE_TEXTS = tuple(
    f"side_{prefix}_{name}"
    for name in ("summary", "description", "subtitle")
    for prefix in ("itunes", "media", "dc")
)
"""What `lightened` calls the summaries of modules."""
_LONG_TAG = re.compile(rb"<([A-Za-z][\w:.-]{0,100})\s[^<>]{16000,}?(/?)>")
_LONG_NAME = re.compile(
    rb"(<(?:\w{1,20}:)?(?:author|creator|managingEditor|webMaster|name|email|publisher)\b[^<>]*>"
    rb"\s*(?:<!\[CDATA\[)?[^<\]]{1000})[^<\]]+",
    re.IGNORECASE,
)


def without_prologue(text: str) -> bytes:
    """Put a plain XML declaration in place of all that stands before the root; returns UTF-8.

    Without its DTD a document has no entities to expand, and nothing to include.
    """
    return _PROLOGUE.sub(_XML_DECLARATION, text, count=1).encode(errors="replace")


def is_torn(xml: bytes) -> bool:
    """Tell whether a document breaks off: its root is never closed."""
    return not _END_OF_ROOT.search(xml)


def without_torn_item(xml: bytes) -> bytes:
    """Leave out the item in whose middle a document breaks off: of it, nobody knows what it is."""
    if not is_torn(xml):
        return xml
    tags = [*ITEM_TAG.finditer(xml)]
    if not tags or tags[-1][0].startswith(b"</"):
        return xml
    return xml[: tags[-1].start()]


def mended(text: str) -> str:
    """Mend what makes documents not well-formed, outside of CDATA sections.

    Control characters, references to characters that XML forbids or does not know (pairs of
    surrogates become the character they mean), bare ampersands, undeclared prefixes.
    """
    text = _CONTROLS.sub(_harmless, text)
    text = _SECTION_OR_REFERENCE.sub(_replaced, text)
    text = _HALF.sub("\ufffd", _PAIR.sub(_joined, text))
    missing = sorted(set(_PREFIX.findall(text)) - set(_DECLARED.findall(text)) - {"xml", "xmlns"})
    declarations = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in missing)
    return _ROOT.sub(rf"\g<0>{declarations}", text, count=1)


def lightened(xml: bytes) -> bytes:
    """Change what feedparser 6.0 cannot handle, though it means nothing.

    It drops the text of elements it does not know when they have attributes; of three elements
    that it takes for the summary the last one overwrites the first, so those of modules get names
    of ours (`SIDE_TEXTS`); a name of 64 KB or a tag of 100,000 attributes keeps it busy for
    seconds.
    """
    xml = _LOST_TEXT.sub(rb"<\1>", _SIDE_TEXT.sub(rb"<\1side_\2_\3", xml))
    return _LONG_NAME.sub(rb"\1", _LONG_TAG.sub(rb"<\1\2>", xml))


def simplified(xml: bytes) -> bytes:
    """Take out what feedparser 6.0 stumbles over: misplaced tags of some modules, half pairs."""
    return _STUMBLES.sub(b" ", xml)


def _harmless(match: re.Match[str]) -> str:
    return "\ufffd" if match[0] == "\0" or match[0] > "\x20" else " "


def _replaced(match: re.Match[str]) -> str:
    if match["hex"] or match["number"]:
        return _character(int(match["hex"], 16) if match["hex"] else int(match["number"]), match[0])
    if match["name"]:
        character = html5.get(match["name"], "")
        return character if character not in ("", "&", "<", ">") else "&amp;" + match["name"]
    return "&amp;" if match[0] == "&" else match[0]


def _character(code: int, reference: str) -> str:
    """Replace a reference by number unless XML allows it (XML 1.0, section 2.2)."""
    if 0xD800 <= code <= 0xDFFF:
        return chr(code)  # half of a pair, joined later
    if code in (9, 10, 13) or 0x20 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF:
        return reference.removesuffix(";") + ";"
    return " " if 0 < code < 0x20 else "\ufffd"


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
