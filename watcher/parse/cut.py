"""Items known from the last document of a feed, cut out before anyone parses them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from xml.parsers import expat

from watcher.models import PINNED

_FINGERPRINT_BYTES = 8
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RSS_OF_RDF = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
_END_TAG = re.compile(rb"</(?:[^\s:<>/]+:)?(?:item|entry)\s*>")
_NAME = re.compile(
    rb"<(?:[\w.-]+:)?(?:link|guid|id)\b(?:[^<>]*[^<>/])?>\s*(?:<!\[CDATA\[\s*)?([^<>\]\s]+)"
    rb"|<(?:[\w.-]+:)?link\b[^<>]*?\bhref\s*=\s*[\"']([^\"'<>]+)"
    rb"|\babout\s*=\s*[\"']([^\"'<>]+)"
)

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left of a document: `known` items are gone, `memory` has the fingerprints of all.

    `left` are those of the items that stay.
    """

    xml: bytes
    memory: bytes
    known: int
    left: tuple[bytes, ...] = ()


def cut_known(xml: bytes, spans: Spans, memory: bytes) -> Cut:
    """Cut out the items whose bytes have a fingerprint in `memory`.

    One that shares its link or guid with an item that stays has to stay too: only side by side
    they show that they are two. So few that all may be pinned stay, too: their dates tell it.
    """
    prints = [blake2b(xml[a:b], digest_size=_FINGERPRINT_BYTES).digest() for a, b in spans]
    known = frozenset(_split(memory))
    gone = [span for span, of_span in zip(spans, prints, strict=True) if of_span in known]
    if 0 < len(gone) < len(spans):
        staying = {name for span in set(spans).difference(gone) for name in _names(xml, span)}
        gone = [span for span in gone if staying.isdisjoint(_names(xml, span))]
        gone = gone if len(gone) > PINNED else []
    are_gone = frozenset(gone)
    left = (of_span for span, of_span in zip(spans, prints, strict=True) if span not in are_gone)
    return Cut(without(xml, gone) if gone else xml, b"".join(prints), len(gone), tuple(left))


def forget(memory: bytes, prints: Iterable[bytes]) -> bytes:
    """Leave some fingerprints out of a memory."""
    gone = frozenset(prints)
    return b"".join(each for each in _split(memory) if each not in gone)


def item_spans(xml: bytes) -> Spans | None:
    """Find the bytes of the items of plain RSS, RDF or Atom; other documents have none.

    Only in a well-formed document an item's bytes end where its element does, and cannot mean
    anything outside it; `None` for one that is not (XML 1.0, Namespaces in XML 1.0).
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    items = _Items(xml, parser)
    parser.StartElementHandler = items.open
    parser.EndElementHandler = items.close
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - its only signature
    except expat.ExpatError:
        return None
    return items.found


def _names(xml: bytes, span: tuple[int, int]) -> list[bytes]:
    return [text or href or about for text, href, about in _NAME.findall(xml, *span)]


def _split(memory: bytes) -> list[bytes]:
    size = _FINGERPRINT_BYTES
    return [memory[at : at + size] for at in range(0, len(memory), size)]


def without(xml: bytes, spans: Spans) -> bytes:
    """Leave some items out of a document."""
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    kept = zip([0, *ends], [*starts, len(xml)], strict=True)
    return b"".join(xml[start:end] for start, end in kept)


def _places(root: str) -> frozenset[tuple[int, str]]:
    """Name the depths and elements of items, by the root; expat puts a blank after a namespace."""
    namespace, _, name = root.rpartition(" ")
    if name == "rss":
        return frozenset({(2, f"{namespace} item".lstrip())})
    if name == "feed":
        return frozenset({(1, f"{namespace} entry".lstrip())})
    if root == f"{_RDF} RDF":
        return frozenset((depth, f"{each} item") for depth in (1, 2) for each in _RSS_OF_RDF)
    return frozenset()


@dataclass(slots=True)
class _Items:
    """Follows the elements of a document, and notes where its items begin and end."""

    xml: bytes
    parser: expat.XMLParserType
    depth: int = 0
    places: frozenset[tuple[int, str]] = frozenset()
    start: int = 0
    found: Spans = field(default_factory=list)

    def open(self, name: str, _attributes: object) -> None:
        if self.depth == 0:
            self.places = _places(name)
        elif (self.depth, name) in self.places:
            self.start = self.parser.CurrentByteIndex
        self.depth += 1

    def close(self, name: str) -> None:
        self.depth -= 1
        if (self.depth, name) not in self.places:
            return
        # An empty element, `<item/>`, has no end tag; what follows it is another's.
        if end := _END_TAG.match(self.xml, self.parser.CurrentByteIndex):
            self.found.append((self.start, end.end()))
