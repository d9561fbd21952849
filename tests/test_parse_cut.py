"""Known items are cut out, and the rest of the document says what it said.

`WATCHER_FEED_FILES` may name a folder of more feed files to compare on.
"""

import os
from pathlib import Path

import pytest

from watcher.errors import ParseError
from watcher.models import PINNED, Document
from watcher.parse.cut import cut_known, item_spans
from watcher.parse.document import parse_document

OWN_FEEDS = Path(__file__).parent / "data" / "feeds"
FOLDERS = [OWN_FEEDS, *filter(None, [Path(os.environ.get("WATCHER_FEED_FILES", ""))])]
FILES = sorted(
    path for folder in FOLDERS if folder != Path() for path in folder.rglob("*") if path.is_file()
)
URL = "https://feeds.example/rss"


def parsed(body: bytes, memory: bytes = b"") -> Document:
    return parse_document(body, content_type=None, url=URL, memory=memory)


def prints_of(memory: bytes) -> list[bytes]:
    return [memory[at : at + 8] for at in range(0, len(memory), 8)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_cutting_changes_nothing_but_the_items_cut(path: Path) -> None:
    body = path.read_bytes()
    try:
        whole = parsed(body)
    except ParseError:
        return
    every = prints_of(whole.memory)
    known = b"".join(every[1::2])
    cut = parsed(body, known)
    assert cut.memory == whole.memory
    assert cut.known <= sum(each in set(every[1::2]) for each in every)
    assert (cut.title, cut.language, cut.hints, cut.next_page) == (
        (whole.title, whole.language, whole.hints, whole.next_page)
    )
    if whole.memory and not whole.dropped:
        left = [i for i, each in zip(whole.items, every, strict=True) if each not in every[1::2]]
        assert [item for item in cut.items if item in left] == left
        assert len(cut.items) == len(whole.items) - cut.known
    else:
        assert set(cut.items) <= set(whole.items)


RSS = b"<rss><channel><title>T</title><item>1</item><item a='>'>2</item><item/></channel></rss>"
OTHERS = [f"<item>{n}<link>https://a.example/{n}</link></item>" for n in range(PINNED + 1)]


def rss(*items: str) -> bytes:
    return f"<rss><channel>{''.join(items)}</channel></rss>".encode()


def remembered(xml: bytes) -> bytes:
    return cut_known(xml, item_spans(xml) or [], b"").memory


def chunks(xml: bytes) -> list[bytes] | None:
    spans = item_spans(xml)
    return None if spans is None else [xml[start:end] for start, end in spans]


ATOM = "http://www.w3.org/2005/Atom"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        pytest.param(RSS, [b"<item>1</item>", b"<item a='>'>2</item>"], id="rss"),
        pytest.param(
            f"<feed xmlns='{ATOM}'><entry>1</entry ><x:entry xmlns:x='y'/></feed>".encode(),
            [b"<entry>1</entry >"],
            id="atom",
        ),
        pytest.param(
            f"<r:RDF xmlns:r='{RDF}' xmlns='http://purl.org/rss/1.0/'><item>1</item></r:RDF>".encode(),
            [b"<item>1</item>"],
            id="rdf",
        ),
        pytest.param(
            b"<rss><channel><item><![CDATA[</item><item>]]><!-- </item> --></item></channel></rss>",
            [b"<item><![CDATA[</item><item>]]><!-- </item> --></item>"],
            id="borders in sections and comments are none",
        ),
        pytest.param(b"<rss><item/><channel><x><item/></x></channel></rss>", [], id="elsewhere"),
        pytest.param(b"<opml><body><item/></body></opml>", [], id="other documents"),
        pytest.param(b"<rss><channel><item></channel></rss>", None, id="not well-formed"),
        pytest.param(b"<rss><x:y/></rss>", None, id="unbound prefix"),
    ],
)
def test_items_are_found(xml: bytes, found: list[bytes] | None) -> None:
    assert chunks(xml) == found


def test_a_known_item_goes_and_the_memory_keeps_it() -> None:
    before, after = rss(*OTHERS), rss("<item>new</item>", *OTHERS)
    cut = cut_known(after, item_spans(after) or [], remembered(before))
    assert (cut.xml, cut.known) == (rss("<item>new</item>"), len(OTHERS))
    assert cut.memory == remembered(after)
    assert len(cut.memory) == 8 * (1 + len(OTHERS))


def test_so_few_known_items_that_all_may_be_pinned_stay() -> None:
    before, after = rss(*OTHERS[:PINNED]), rss(*OTHERS[:PINNED], "<item>new</item>")
    cut = cut_known(after, item_spans(after) or [], remembered(before))
    assert (cut.xml, cut.known, cut.memory) == (after, 0, remembered(after))


def test_a_changed_item_is_not_known() -> None:
    changed = RSS.replace(b"1", b"9")
    cut = cut_known(changed, item_spans(changed) or [], remembered(RSS))
    assert b"<item>9</item>" in cut.xml


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("<link>https://a.example/live</link>", id="rss"),
        pytest.param("<link> <![CDATA[ https://a.example/live ]]></link>", id="in a section"),
        pytest.param("<x:link xmlns:x='y' rel='z' href='https://a.example/live'/>", id="atom"),
        pytest.param("<guid isPermaLink='false'>live</guid>", id="guid"),
        pytest.param("<x:id xmlns:x='y'>live</x:id>", id="atom's guid"),
    ],
)
def test_a_known_item_stays_beside_one_that_shares_its_name(name: str) -> None:
    first, other = f"<item>1{name}</item>", f"<item>3{name}</item>"
    before, after = rss(first, *OTHERS), rss(other, first, *OTHERS)
    cut = cut_known(after, item_spans(after) or [], remembered(before))
    assert (cut.xml, cut.known) == (rss(other, first), len(OTHERS))


def test_a_document_of_known_items_gives_none() -> None:
    body = (OWN_FEEDS / "rss_wire.xml").read_bytes()
    again = parsed(body, parsed(body).memory)
    assert (again.items, again.known, again.title) == ((), 3, "Harbour Wire")
