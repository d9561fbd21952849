"""OPML → subscriptions, and back.

OPML 2.0 (http://opml.org/spec2.opml) lets an outline carry attributes of other people; ours are
`outlet`, `country`, `kind` and `group`.
"""

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.parsers import expat

from watcher.errors import ConfigError, Problem, did_you_mean, file_name
from watcher.hosts import plain_address
from watcher.models import Subscription
from watcher.safe import without_credentials

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 50
MAX_OUTLINES = 250_000
MAX_URL = 2000
MAX_TEXT = 500
_LONGEST_TAG = 10_000

_OURS = ("outlet", "country", "language", "kind", "group")
_READ = ("text", "title", "type", "xmlUrl", "htmlUrl", "category", "isComment", *_OURS)
_PASSED_OVER = frozenset({"description", "version", "created", "isbreakpoint", "url", "name"})
_PASSED_OVER |= {name.lower() for name in _READ}
_INCLUDED = frozenset({"include", "link"})
_FORMS = {
    "country": (re.compile(r"[A-Za-z]{2}"), "two letters (ISO 3166), such as UA"),
    "language": (
        re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"),
        "a tag of BCP 47, such as uk or zh-Hans",
    ),
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNFIT_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The feeds of one or more OPML files, and what was not taken from them, with the reason."""

    subscriptions: tuple[Subscription, ...] = ()
    left_out: tuple[Problem, ...] = ()
    """Outlines that are no feed of ours."""
    ignored: tuple[Problem, ...] = ()
    """Attributes without effect: misspelt, or of a form we do not know."""

    @property
    def problems(self) -> list[Problem]:
        """Everything that was not taken, in the order of the files."""
        return _in_order([*self.left_out, *self.ignored])


def read_catalogue(path: Path) -> Catalogue:
    """Read the feeds of an OPML file; nothing in it is followed, included or run.

    Raises:
        ConfigError: It cannot be read, is no XML or no OPML, has a DTD, or is over a bound.
    """
    return read_catalogues([path])


def read_catalogues(paths: Iterable[Path]) -> Catalogue:
    """Read several OPML files as one; a feed listed twice is left out the second time.

    Raises:
        ConfigError: With every mistake, if one of the files cannot be used at all.
    """
    places: dict[str, str] = {}
    found: list[Subscription] = []
    left_out: list[Problem] = []
    ignored: list[Problem] = []
    broken = False
    for path in paths:
        reader = _Reader(path, file_name(path), places)
        try:
            reader.read()
        except _UnusableError as error:
            broken = True
            reader.leave_out(str(error), at=error.at)
        found += reader.found
        left_out += reader.left_out
        ignored += reader.ignored
    if broken:
        raise ConfigError(_in_order([*left_out, *ignored]))
    return Catalogue(subscriptions=tuple(found), left_out=tuple(left_out), ignored=tuple(ignored))


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda each: (each.file, each.line, each.column))


class _UnusableError(Exception):
    """Why a whole file is of no use; `at` is its line and column, from 1."""

    def __init__(self, why: str, at: tuple[int, int] = (0, 0)) -> None:
        self.at = at
        super().__init__(why)


@dataclass(slots=True)
class _Reader:
    """Reads one file; `places` tells where each address was listed, over all files."""

    path: Path
    name: str
    """Of the file, as problems tell it."""
    places: dict[str, str]
    found: list[Subscription] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    ignored: list[Problem] = field(default_factory=list)
    _groups: list[str | None] = field(default_factory=list)
    """The name of each open outline; `None` once one of them is commented out."""
    _depth: int = 0
    _outlines: int = 0
    _body: bytes = b""
    _parser: expat.XMLParserType = field(init=False)

    def read(self) -> None:
        self._body = _bounded(self.path)
        self._parser = expat.ParserCreate(_marked_charset(self._body))
        self._parser.StartDoctypeDeclHandler = self._refuse_dtd
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        try:
            self._parser.Parse(self._body, True)  # noqa: FBT003 - expat's own signature
        except expat.ExpatError as error:
            why = f"is not XML: {expat.ErrorString(error.code)}"
            raise _UnusableError(why, (error.lineno, error.offset + 1)) from error
        except (ValueError, LookupError) as error:  # expat knows few charsets, of one byte each
            why = f"is in a charset that is not read ({error}); save it as UTF-8"
            raise _UnusableError(why, (1, 1)) from error

    def leave_out(self, why: str, *, at: tuple[int, int], path: str = "") -> None:
        self.left_out.append(self._problem(why, at, path))

    def _leave_out_address(self, why: str) -> None:
        self.leave_out(why, at=self._at_attribute("xmlUrl"), path="xmlUrl")

    def _ignore(self, name: str, why: str) -> None:
        self.ignored.append(self._problem(why, self._at_attribute(name), name))

    def _problem(self, why: str, at: tuple[int, int], path: str) -> Problem:
        return Problem(file=self.name, line=at[0], column=at[1], path=path, why=why)

    @property
    def _at(self) -> tuple[int, int]:
        """Where the tag stands that is being read."""
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1

    def _at_attribute(self, name: str) -> tuple[int, int]:
        """Find an attribute in its tag; expat tells only where the tag begins."""
        start = self._parser.CurrentByteIndex
        tag = self._body[start : start + _LONGEST_TAG].decode("utf-8", "replace")
        attribute = re.search(rf"\s{re.escape(name)}\s*=", tag, re.IGNORECASE)
        line, column = self._at
        if attribute is None:
            return line, column
        before = tag[: attribute.start() + 1]
        last = before.rfind("\n")
        return line + before.count("\n"), len(before) - last if last >= 0 else column + len(before)

    def _refuse_dtd(self, *_: object) -> None:
        raise _UnusableError("has a document type declaration; an OPML file needs none", self._at)

    def _open(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != "opml":
            raise _UnusableError(f"is no OPML: it begins with <{name}>", self._at)
        if self._depth > MAX_DEPTH:
            raise _UnusableError(f"is nested more than {MAX_DEPTH} deep", self._at)
        if name != "outline":
            return
        self._outlines += 1
        if self._outlines > MAX_OUTLINES:
            raise _UnusableError(f"has more than {MAX_OUTLINES} outlines", self._at)
        self._outline({key.lower(): " ".join(text.split()) for key, text in attributes.items()})

    def _close(self, name: str) -> None:
        self._depth -= 1
        if name == "outline":
            self._groups.pop()

    def _outline(self, said: Mapping[str, str]) -> None:
        inside = self._groups[-1] if self._groups else ""
        if inside is None or said.get("iscomment", "").lower() == "true":
            self._groups.append(None)
            return
        self._groups.append(said.get("text") or said.get("title") or inside)
        kind = said.get("type", "").lower()
        if kind in _INCLUDED:
            self.leave_out(f"type {kind}: nothing is included", at=self._at)
        elif "xmlurl" in said:
            self._feed(said, inside)
        elif kind == "rss":
            self.leave_out("has no address", at=self._at, path="xmlUrl")

    def _feed(self, said: Mapping[str, str], inside: str) -> None:
        self._tell_misspelt(said)
        url = said["xmlurl"]
        if why := _unfit(url):
            self._leave_out_address(why)
            return
        here = f"{self.name}:{self._at[0]}"
        address = plain_address(url)
        first = self.places.setdefault(address, here)
        if first is not here:
            self._leave_out_address(f"{url} is listed already at {first}")
            return
        self.found.append(
            Subscription(
                url=address,
                title=(said.get("title") or said.get("text", ""))[:MAX_TEXT],
                site=said.get("htmlurl", "")[:MAX_URL],
                tags=tuple(filter(None, map(str.strip, said.get("category", "").split(",")))),
                outlet=self._fact("outlet", said),
                country=self._fact("country", said),
                language=self._fact("language", said),
                kind=self._fact("kind", said),
                group=self._fact("group", said) or inside[:MAX_TEXT],
                catalogue=str(self.path),
            )
        )

    def _fact(self, name: str, said: Mapping[str, str]) -> str:
        """Read one of our attributes; OPML itself suggests `unknown` for a language."""
        value = said.get(name, "")[:MAX_TEXT]
        if name not in _FORMS or not value or value.lower() == "unknown":
            return "" if name in _FORMS else value
        form, words = _FORMS[name]
        if form.fullmatch(value):
            return value
        self._ignore(name, f"must be {words}; it is {value!r}")
        return ""

    def _tell_misspelt(self, said: Mapping[str, str]) -> None:
        for name in said.keys() - _PASSED_OVER:
            if meant := did_you_mean(name, _READ):
                self._ignore(name, f"is not an attribute we read{meant}")


def _bounded(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _UnusableError(f"cannot be read: {error.strerror}") from error
    if len(body) > MAX_BYTES:
        raise _UnusableError(f"is larger than {MAX_BYTES} bytes")
    return body


def _marked_charset(body: bytes) -> str | None:
    """Name the charset of a byte-order mark; it overrules a declared one (XML 1.0, appendix F)."""
    return next((name for mark, name in _MARKS if body.startswith(mark)), None)


def _unfit(url: str) -> str:
    """Say what is wrong with an address; nothing if it can be a feed's."""
    told = without_credentials(url)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"{told!r} is no address" + (f": {error}" if told == url else "")
    if parts.scheme not in ("http", "https"):
        return f"{told!r} is not an address of http or https"
    if not host or parts.username is not None or _UNFIT_IN_URL.search(url):
        return (
            f"{told!r} has no host, a user name, a backslash, a control character "
            "or a blank (write %20)"
        )
    return f"is longer than {MAX_URL} characters" if len(url) > MAX_URL else ""


def write_catalogue(subscriptions: Sequence[Subscription], *, title: str, now: datetime) -> str:
    """Write OPML 2.0 that any reader takes: a folder for each group, our attributes beside."""
    opml = ET.Element("opml", version="2.0")
    head = ET.SubElement(opml, "head")
    ET.SubElement(head, "title").text = _clean(title)
    ET.SubElement(head, "dateCreated").text = format_datetime(now)  # RFC 822, as OPML asks
    body = ET.SubElement(opml, "body")
    folders = {"": body}
    for each in subscriptions:
        if each.group not in folders:
            folders[each.group] = ET.SubElement(body, "outline", text=_clean(each.group))
        ET.SubElement(folders[each.group], "outline", _attributes(each))
    ET.indent(opml)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(opml, "unicode") + "\n"


def _attributes(subscription: Subscription) -> dict[str, str]:
    name = subscription.title or subscription.outlet or subscription.url
    said = {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": subscription.url,
        "htmlUrl": subscription.site,
        "category": ",".join(subscription.tags),
        **{ours: getattr(subscription, ours) for ours in _OURS},
    }
    return {key: _clean(value) for key, value in said.items() if value}


def _clean(text: str) -> str:
    """Drop what XML 1.0 cannot hold (section 2.2)."""
    return _NOT_XML.sub("", text)
