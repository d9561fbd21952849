"""Bytes of a document → clean text that any XML reader takes."""

import codecs
import re

from charset_normalizer import from_bytes

from watcher.errors import ParseError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (
    (re.compile(rb"(?:[\t\n\r ]\0)*<\0[!-~]\0"), "utf-16-le"),
    (re.compile(rb"(?:\0[\t\n\r ])*\0<\0[!-~]"), "utf-16-be"),
)
"""UTF-16 without a byte-order mark: blanks, then `<` and a letter or sign of ASCII."""
_JAPANESE_IN_7_BITS = re.compile(rb"\x1b\$[@B]")
"""What begins Japanese in ISO-2022-JP (RFC 1468), which would pass for UTF-8; no XML holds it."""
_IN_7_BITS = {"hz": "hz", "hz-gb-2312": "hz", "iso-2022-kr": "iso2022_kr"}
"""Charsets that would pass for UTF-8, too, and their codecs (RFC 1843, RFC 1557)."""
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)""")
_HTTP_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_WIDER = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac_cyrillic"),
}
"""Charsets that are named where a superset is meant, or in the web's own way (WHATWG Encoding,
section 4.2)."""
_ON_THE_WEB = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_15", "koi8_r", "koi8_u", "cp866", "cp874"),
    *("gb18030", "big5", "euc_jp", "cp932", "cp949"),
)
"""Charsets that are guessed; nobody serves others (WHATWG Encoding, section 4.2)."""
_NOT_CHARSETS = {"us-ascii", "ascii", "idna", "punycode", "unicode_escape", "raw_unicode_escape"}
"""Names that were tried, that lie about any bytes, or that are no charset of documents."""
_BEYOND_ASCII = re.compile("[^\0-\x7f\ufffd]+")
_BAD_SHARE = 0.02
_SAMPLE = 65536

_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF")


def decode(body: bytes, content_type: str | None) -> tuple[str, tuple[str, ...]]:
    """Decode a document; returns its text, from its first sign on, and what was odd.

    In this order: byte-order mark, UTF-16 without one, ISO-2022-JP, what else needs 7 bits only
    and is named, UTF-8 (also with a few bad bytes), the charset that the document or HTTP names,
    UTF-8 with more bad bytes, a guess.

    Raises:
        ParseError: `empty`, `unsupported` (a picture, an archive …) or `encoding`.
    """
    if not body.strip():
        raise ParseError("empty", "the server sent an empty document")
    if body.startswith(_BINARY):
        raise ParseError("unsupported", "the server sent a picture, an archive or the like")
    text, warnings = _decoded(body, content_type)
    text = text.lstrip("\ufeff\0 \t\r\n")
    if not text:
        raise ParseError("empty", "the server sent nothing but blanks")
    return text, warnings


def _decoded(body: bytes, content_type: str | None) -> tuple[str, tuple[str, ...]]:
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _with_repairs(body[len(mark) :], charset)
    for wide, charset in _WIDE:
        if wide.match(body):
            return _with_repairs(body, charset)
    if body.isascii() and (narrow := _charset_in_7_bits(body, content_type)):
        return _with_repairs(body, narrow)
    try:
        return body.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _decoded_other(body, content_type)


def _charset_in_7_bits(body: bytes, content_type: str | None) -> str | None:
    if _JAPANESE_IN_7_BITS.search(body):
        return "iso2022_jp_ext"
    return next(filter(None, map(_IN_7_BITS.get, _declared_names(body, content_type))), None)


def _decoded_other(body: bytes, content_type: str | None) -> tuple[str, tuple[str, ...]]:
    """Decode what is no valid UTF-8."""
    if _is_nearly(body, "utf-8"):
        return _with_repairs(body, "utf-8")
    names = _declared_names(body, content_type)
    named = [name for name in names if _is_charset(name)]
    for charset in named:
        try:
            return body.decode(charset), ()
        except UnicodeError:
            continue
    for charset in named:
        if _is_nearly(body, charset):
            return _with_repairs(body, charset)
    if _is_nearly(body, "utf-8", bad_share=1):
        return _with_repairs(body, "utf-8")
    if guess := _guessed(body[:_SAMPLE]):
        return body.decode(guess, "replace"), (f"the charset was guessed to be {guess}",)
    if {"utf-8", "utf8"}.isdisjoint(names):
        raise ParseError("encoding", "the document's characters cannot be read in any charset")
    return _with_repairs(body, "utf-8")


def _guessed(sample: bytes) -> str | None:
    """Guess a charset; of equally good ones the web's own default wins (WHATWG Encoding)."""
    guesses = from_bytes(sample, cp_isolation=list(_ON_THE_WEB))
    best = guesses.best()
    if best is None:
        return None
    as_good = {
        guess.encoding
        for guess in guesses
        if (guess.chaos, guess.coherence) == (best.chaos, best.coherence)
    }
    return "cp1252" if "cp1252" in as_good else best.encoding


def _with_repairs(body: bytes, charset: str) -> tuple[str, tuple[str, ...]]:
    text = body.decode(charset, "replace")
    bad = text.count("\ufffd")
    return text, (f"{bad} unreadable characters ({charset})",) if bad else ()


def _is_nearly(body: bytes, charset: str, *, bad_share: float = _BAD_SHARE) -> bool:
    """Tell whether few bytes are bad, and far more characters beyond ASCII are valid.

    In UTF-8 the latter hardly happens by chance; few bad bytes alone are also what a text in an
    8-bit charset with an accent here and there looks like.
    """
    text = body.decode(charset, "replace")
    bad = text.count("\ufffd")
    good = sum(map(len, _BEYOND_ASCII.findall(text)))
    return bad < bad_share * len(body) and good > 2 * bad


def _declared_names(body: bytes, content_type: str | None) -> list[str]:
    """Name the charsets that the document and HTTP declare, in this order."""
    declared = _DECLARED.match(body)
    http = _HTTP_CHARSET.search(content_type or "")
    names = [declared[1].decode("ascii")] if declared else []
    names += [http[1]] if http else []
    return [_WIDER.get(name.lower(), name.lower()) for name in names]


def _is_charset(name: str) -> bool:
    """Tell whether a name is that of a charset other than Unicode's own, which were tried."""
    if name in _NOT_CHARSETS or name.startswith("utf"):
        return False
    try:
        b"a".decode(name)
    except (LookupError, UnicodeError):  # unknown, or no encoding of texts
        return False
    return True
