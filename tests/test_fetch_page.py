"""What a page's HTML says of its feeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.fetch.page import WELL_KNOWN, guessed_leads, named_leads

SITE = "https://outlet.example"
PAGE = f"{SITE}/news/today?x=1"


def named(html: str, url: str = PAGE) -> list[str]:
    return [lead.url for lead in named_leads(html, url)]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        pytest.param(
            '<link rel="alternate" type="application/rss+xml" href="/feed">',
            ["https://outlet.example/feed"],
            id="rss",
        ),
        pytest.param(
            "<LINK TYPE='application/atom+xml' HREF='feed.atom' REL='Alternate home' />",
            ["https://outlet.example/news/feed.atom"],
            id="atom, upper case",
        ),
        pytest.param(
            "<link rel=alternate type=application/feed+json href=/feed.json>",
            ["https://outlet.example/feed.json"],
            id="json, bare",
        ),
        pytest.param(
            '<link rel="alternate" type="text/xml" href="https://cdn.example/x?a=1&amp;b=2#top">',
            ["https://cdn.example/x?a=1&b=2"],
            id="other host, references",
        ),
        pytest.param(
            '<link rel="alternate" hreflang="en" href="/en">', [], id="other language, no feed"
        ),
        pytest.param(
            '<link rel="stylesheet" type="application/rss+xml" href="/feed">', [], id="no alternate"
        ),
        pytest.param('<link rel="alternate" type="application/rss+xml">', [], id="no href"),
        pytest.param(
            '<link rel="alternate" type="application/rss+xml" href="javascript:x">', [], id="script"
        ),
        pytest.param(
            '<base href="https://b.example/c/"><a href="rss.xml">RSS</a>',
            ["https://b.example/c/rss.xml"],
            id="base",
        ),
        pytest.param(
            '<base href="http://[b.example"><a href="rss.xml">',
            ["https://outlet.example/news/rss.xml"],
            id="broken base",
        ),
        pytest.param(
            '<base href="javascript:x"><a href="rss.xml">',
            ["https://outlet.example/news/rss.xml"],
            id="base that is a script",
        ),
        pytest.param('<a href="http://[b.example/feed">', [], id="unfinished host"),
        pytest.param("<!-- <a href=/rss> --><a href=/feed>", [f"{SITE}/feed"], id="a comment"),
        pytest.param("<!--><a href=/feed><!-- -->", [f"{SITE}/feed"], id="an empty comment"),
        pytest.param("<a href=/feed><!-- <a href=/rss>", [f"{SITE}/feed"], id="an open comment"),
        pytest.param(
            "<script>s = '<!-- <a href=/rss>'</script><a href=/feed>",
            [f"{SITE}/feed"],
            id="a comment within a script",
        ),
        pytest.param(
            "<title>a <!-- b</title><a href=/feed>", [f"{SITE}/feed"], id="no comment in a title"
        ),
        pytest.param(
            "<style>/* <!-- */</style><a href=/feed>", [f"{SITE}/feed"], id="no comment in a style"
        ),
        pytest.param("<a title='<!--' href=/feed></a>", [f"{SITE}/feed"], id="no comment in a tag"),
        pytest.param("<title><a href=/rss></title>", [], id="no tag in a title"),
        pytest.param("<![CDATA[<a href=/rss>]]>", [], id="no tag in a declaration"),
        pytest.param(
            "<script src=x /><a href=/rss></script><a href=/feed>",
            [f"{SITE}/feed"],
            id="a script that closes itself is open",
        ),
        pytest.param(
            "<svg><title/><style/></svg><a href=/feed>",
            [f"{SITE}/feed"],
            id="within a drawing it is closed",
        ),
        pytest.param("<script-x><a href=/feed>", [f"{SITE}/feed"], id="no script, but for a part"),
        pytest.param('<a href="/rss/world">', ["https://outlet.example/rss/world"], id="anchor"),
        pytest.param(
            '<a href="/export.php?format=atom">',
            ["https://outlet.example/export.php?format=atom"],
            id="anchor with query",
        ),
        pytest.param('<a href="/feedback">', [], id="feedback"),
        pytest.param(
            '<a title="News > World" href="/rss">', ["https://outlet.example/rss"], id="> in quotes"
        ),
        pytest.param(
            "<a title=it's href=/rss>", ["https://outlet.example/rss"], id="a quote that is none"
        ),
        pytest.param('<a href="/press/atomic-power">', [], id="atomic"),
        pytest.param('<a href="http://[::1/feed">', [], id="broken address"),
    ],
)
def test_feeds_a_page_names(html: str, found: list[str]) -> None:
    assert named(html) == found


def test_link_elements_come_before_anchors() -> None:
    html = '<a href="/rss"></a><link rel=alternate type=application/rss+xml href=/feed>'
    assert [lead.how for lead in named_leads(html, PAGE)] == ["link element", "link in the page"]


@pytest.mark.parametrize(
    ("html", "first"),
    [
        ('<link href="/wp-content/x.css">', ["https://outlet.example/news/feed/"]),
        ('<meta name="generator" content="Ghost 5">', ["https://outlet.example/news/rss/"]),
        ('<script src="/bitrix/js/x.js">', ["https://outlet.example/news/rss/"]),
        ("<p>plain</p>", [f"https://outlet.example/{WELL_KNOWN[0]}"]),
    ],
)
def test_software_tells_where_feeds_lie(html: str, first: list[str]) -> None:
    assert [lead.url for lead in guessed_leads(html, PAGE)][: len(first)] == first


@given(st.text(alphabet="<>link a='\"/rel=feed&#;\n"))
def test_any_page_is_read(html: str) -> None:
    for lead in [*named_leads(html, PAGE), *guessed_leads(html, PAGE)]:
        assert lead.url.startswith(("http://", "https://"))


def test_long_pages_are_read_in_no_time() -> None:
    assert named("<link " * 200_000 + "<a href='" * 100_000) == []
    assert named("<!-" * 200_000 + "<!--" * 100_000) == []
    assert named("<script" * 100_000) == []
    assert named("<a b=" * 200_000) == named("<svg><title/>" * 80_000) == []


def test_a_page_without_host_leads_nowhere() -> None:
    assert list(guessed_leads("", "about:blank")) == []
