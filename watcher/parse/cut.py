"""Items known from the last document of a feed, cut out before anyone parses them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from xml.parsers import expat

_FINGERPRINT_BYTES = 8
_ITEM_OF = {"rss": "item", "rdf:RDF": "item", "feed": "entry"}
"""The element of an item by the element at the root, as nearly all feeds write them."""
_DEPTHS = {"rss": (2,), "rdf:RDF": (1, 2), "feed": (1,)}


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left of a document: `known` items are gone, `memory` has the fingerprints of all."""

    xml: bytes
    memory: bytes = b""
    known: int = 0


def cut_known(xml: bytes, memory: bytes) -> Cut:
    """Cut out the items whose bytes have a fingerprint in `memory`.

    A document that is not well-formed, or no plain RSS, RDF or Atom, stays whole and gets no
    memory: only in a well-formed one an item's bytes end where its element does, and cannot
    mean anything outside it.
    """
    spans = _item_spans(xml)
    prints = [blake2b(xml[a:b], digest_size=_FINGERPRINT_BYTES).digest() for a, b in spans]
    known = _split(memory)
    gone = [span for span, of_span in zip(spans, prints, strict=True) if of_span in known]
    left = b"".join(_without(xml, gone)) if gone else xml
    return Cut(left, b"".join(prints), len(gone))


def _split(memory: bytes) -> frozenset[bytes]:
    size = _FINGERPRINT_BYTES
    return frozenset(memory[at : at + size] for at in range(0, len(memory), size))


def _without(xml: bytes, spans: list[tuple[int, int]]) -> Iterator[bytes]:
    at = 0
    for start, end in spans:
        yield xml[at:start]
        at = end
    yield xml[at:]


@dataclass(slots=True)
class _Spans:
    """Follows the elements of a document, and notes where its items begin and end."""

    xml: bytes
    parser: expat.XMLParserType
    depth: int = 0
    item: str = ""
    depths: tuple[int, ...] = ()
    start: int = -1
    found: list[tuple[int, int]] = field(default_factory=list)

    def open(self, name: str, _attributes: object) -> None:
        if self.depth == 0:
            self.item, self.depths = _ITEM_OF.get(name, ""), _DEPTHS.get(name, ())
        elif name == self.item and self.depth in self.depths:
            self.start = self.parser.CurrentByteIndex
        self.depth += 1

    def close(self, name: str) -> None:
        self.depth -= 1
        if name == self.item and self.depth in self.depths:
            end = self.xml.index(b">", self.parser.CurrentByteIndex) + 1
            self.found.append((self.start, end))


def _item_spans(xml: bytes) -> list[tuple[int, int]]:
    parser = expat.ParserCreate()
    spans = _Spans(xml, parser)
    parser.StartElementHandler = spans.open
    parser.EndElementHandler = spans.close
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - its only signature
    except expat.ExpatError:
        return []
    return spans.found
