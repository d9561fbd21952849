"""XML is made safe, and well-formed where it was nearly so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.cut import item_spans
from watcher.parse.markup import lightened, mended, without_prologue

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'


@pytest.mark.parametrize(
    "prologue",
    [
        "",
        "\n\n ",
        '<?xml version="1.0" encoding="koi8-r"?>',
        "Notice: undefined index<?xml version='1.0'?>\n",
        "<?xml version='1.0'?><?xml-stylesheet href='x.css'?><!-- hello <rss> -->",
        "<!DOCTYPE rss>",
        '<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY a "<rss>"><!ENTITY b SYSTEM "file:///etc/hostname">]>\n',
        "<!-- one --><!doctype rss [ ]><!-- two -->",
    ],
)
def test_the_prologue_goes(prologue: str) -> None:
    assert without_prologue(prologue + "<rss></rss>") == DECLARATION + b"<rss></rss>"


def test_what_has_no_root_stays_harmless() -> None:
    assert without_prologue("<!DOCTYPE rss [") == DECLARATION + b"<!DOCTYPE rss ["


@pytest.mark.parametrize(
    ("text", "right"),
    [
        pytest.param("Fish & chips", "Fish &amp; chips", id="bare ampersand"),
        pytest.param("?a=1&b=2", "?a=1&amp;b=2", id="query"),
        pytest.param("a&nbsp;b&eacute;", "a\u00a0bé", id="names of HTML"),
        pytest.param("&bomb;", "&amp;bomb;", id="unknown name"),
        pytest.param("&lt;&amp;&gt;&quot;&apos;", "&lt;&amp;&gt;&quot;&apos;", id="names of XML"),
        pytest.param("&LT;b", "&amp;LT;b", id="what would become markup"),
        pytest.param("&#8217;&#x2019;", "&#8217;&#x2019;", id="good numbers"),
        pytest.param("&#8217 s", "&#8217; s", id="no semicolon"),
        pytest.param("&#55357;&#56843;", "😋", id="a pair of surrogates"),
        pytest.param("&#xD83D;x", "\ufffdx", id="half a pair"),
        pytest.param("&#x110000;", "\ufffd", id="beyond Unicode"),
        pytest.param("&#0;&#x1F;", "\ufffd ", id="controls by number"),
        pytest.param(
            "<rss><a:b c:d='' xml:lang=''/><e:f xmlns:e='g'/></rss>",
            '<rss xmlns:a="urn:undeclared:a" xmlns:c="urn:undeclared:c">'
            "<a:b c:d='' xml:lang=''/><e:f xmlns:e='g'/></rss>",
            id="undeclared prefixes",
        ),
        pytest.param("a\x0bb\x00c\uffffd", "a b\ufffdc\ufffdd", id="controls"),
        pytest.param(
            "<![CDATA[a & b &nbsp;]]>&", "<![CDATA[a & b &nbsp;]]>&amp;", id="sections stay"
        ),
        pytest.param("<![CDATA[a]] & ]>", "<![CDATA[a]] & ]>", id="an open section stays"),
    ],
)
def test_text_is_mended(text: str, right: str) -> None:
    assert mended(text) == right


@given(st.text(st.sampled_from("&#x;0123456789abDnsp\x00\x0b\ud83d é]"), max_size=60))
def test_text_without_markup_is_well_formed_once_mended(text: str) -> None:
    xml = without_prologue(f"<rss>{mended(text.replace(']]', ''))}</rss>")
    assert item_spans(xml) == []


@pytest.mark.parametrize(
    ("xml", "light"),
    [
        pytest.param(
            b'<yandex:full-text type="plain">a</yandex:full-text>',
            b"<yandex:full-text>a</yandex:full-text>",
            id="attributes that make feedparser drop a text",
        ),
        pytest.param(
            b'<media:description type="plain">a</media:description><itunes:summary/>',
            b"<side_media_description>a</side_media_description><side_itunes_summary/>",
            id="summaries of modules",
        ),
        pytest.param(b"<x " + b'a="" ' * 9999 + b"/>", b"<x/>", id="flood of attributes"),
        pytest.param(b"<x " + b'a="" ' * 99 + b"/>", b"<x " + b'a="" ' * 99 + b"/>", id="some"),
        pytest.param(
            b"<author>" + b"a" * 9999 + b"</author>",
            b"<author>" + b"a" * 1000 + b"</author>",
            id="endless name",
        ),
        pytest.param(
            b"<dc:creator><![CDATA[" + b"a" * 9999 + b"]]></dc:creator>",
            b"<dc:creator><![CDATA[" + b"a" * 1000 + b"]]></dc:creator>",
            id="endless name in a section",
        ),
    ],
)
def test_what_stalls_feedparser_goes(xml: bytes, light: bytes) -> None:
    assert lightened(xml) == light
