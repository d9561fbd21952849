import io
from xml.sax import make_parser
from xml.sax.handler import ContentHandler, feature_namespaces

import feedparser

from watcher.parse.feed import read_feed


class Texts(ContentHandler):
    """Keeps the texts of a document as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[str] = []

    def characters(self, content: str) -> None:
        self.came.append(content)


def test_a_text_comes_in_one_piece() -> None:
    parser, texts = make_parser(["watcher.parse.sax"]), Texts()
    parser.setFeature(feature_namespaces, 1)  # as feedparser does
    parser.setContentHandler(texts)
    parser.parse(io.BytesIO(b"<a>1 &lt; 2 &#38;\n<![CDATA[3]]> 4<b/>5</a>"))
    assert texts.came == ["1 < 2 &\n3 4", "5"]


def test_feedparser_reads_with_it() -> None:
    text = "<rss><channel><item><title>A &amp; B</title></item></channel></rss>"
    document, _ = read_feed(text, url="https://a.example/", memory=b"")
    assert document.items[0].title == "A & B"
    assert feedparser.api.PREFERRED_XML_PARSERS == ["watcher.parse.sax"]
