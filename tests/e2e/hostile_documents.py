"""Documents that good and hostile servers send, and the end each must come to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

OK = "ok"
NO_FEED = "empty encoding unsupported not_a_feed parse"
"""All that may be said of what is no feed."""
ANY = f"{OK} {NO_FEED}"
"""Damaged feeds: what can be saved is saved, or it is said that nothing can."""
HEAVY = f"{ANY} timeout too_large"
"""Made to wear a parser out: it may also be stopped."""

RSS = '<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
ITEM = "<item><title>{title}</title><link>https://outlet.example/{n}</link></item>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document; its body is made when asked for, since some are large."""

    name: str
    ends: str
    body: Callable[[], bytes]
    content_type: str = "application/rss+xml"


def rss(*titles: str, title: str = "News") -> bytes:
    items = "".join(ITEM.format(title=each, n=number) for number, each in enumerate(titles))
    return RSS.format(title=title, items=items).encode()


GOOD = rss("A strike at the port", "A fair in town", "A flood upriver")

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:x</id>
<entry><title>A strike</title><id>urn:1</id><link href="https://outlet.example/1"/></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"><channel><title>News</title></channel>
<item><title>A strike</title><link>https://outlet.example/1</link></item></rdf:RDF>"""
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "News",
"items": [{"id": "1", "url": "https://outlet.example/1", "title": "A strike"}]}"""


def good_documents() -> Iterator[Document]:
    """Feeds that must be read whatever else goes on."""
    yield Document(name="good-rss", ends=OK, body=lambda: GOOD)
    yield Document(name="good-atom", ends=OK, body=lambda: ATOM)
    yield Document(name="good-rdf", ends=OK, body=lambda: RDF)
    yield Document(name="good-json", ends=OK, body=lambda: JSON_FEED, content_type="text/html")
    yield Document(name="good-html-type", ends=OK, body=lambda: GOOD, content_type="text/html")
    yield Document(name="good-marked", ends=OK, body=lambda: b"\xef\xbb\xbf" + GOOD)
    yield Document(name="good-utf16", ends=OK, body=lambda: GOOD.decode().encode("utf-16"))
    yield Document(name="good-blank-first", ends=OK, body=lambda: b"\n\n  " + GOOD)
    many = [f"A strike, day {number}" for number in range(400)]
    yield Document(name="good-many", ends=OK, body=lambda: rss(*many))
    for number in range(11):
        title = f"Outlet {number}"
        yield Document(
            name=f"good-{number}", ends=OK, body=partial(rss, "A strike", "A fair", title=title)
        )


def no_feeds() -> Iterator[Document]:
    """What servers send instead of a feed."""
    page = b"<!DOCTYPE html><html><head><title>Outlet</title>%s</head><body><p>Hi</body></html>"
    link = b'<link rel="alternate" type="application/rss+xml" href="/good-rss">'
    challenge = b"<html><body>Checking your browser<script>x()</script></body></html>"
    for name, body, content_type in (
        ("page", page % b"", "text/html"),
        ("page-with-feed", page % link, "text/html"),
        ("page-as-feed", page % b"", "application/rss+xml"),
        ("xhtml", b'<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "text/xml"),
        ("challenge", challenge, "text/html"),
        ("json", b'{"error": "no such feed"}', "application/json"),
        ("json-list", b"[1, 2, 3]", "application/json"),
        ("json-cut", JSON_FEED[:60], "application/feed+json"),
        ("json-nan", b"NaN", "application/json"),
        ("text", b"no feed here", "text/plain"),
        ("soap", b'<s:Envelope xmlns:s="urn:s"><s:Body/></s:Envelope>', "text/xml"),
        ("svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        ("opml", b'<opml version="2.0"><body/></opml>', "text/x-opml"),
        ("png", b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png"),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        ("zip", b"PK\x03\x04" + bytes(64), "application/zip"),
        ("elf", b"\x7fELF" + bytes(range(256)), "application/octet-stream"),
        ("blanks", b" \n\t" * 50, "text/xml"),
        ("zero-bytes", bytes(999), "text/xml"),
        ("mark-only", b"\xef\xbb\xbf", "text/xml"),
        ("less-than", b"<", "text/xml"),
        ("declaration", b'<?xml version="1.0"?>', "text/xml"),
        ("file-name", b"/etc/passwd", "text/plain"),
        ("address", b"http://127.0.0.1:1/feed", "text/plain"),
    ):
        yield Document(
            name=f"no-{name}", ends=NO_FEED, body=partial(bytes, body), content_type=content_type
        )


def entity_documents() -> Iterator[Document]:
    """Documents that want something opened, fetched or multiplied."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for name, declared in {
        "laughs": f'<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l9;">',
        "quadratic": f'<!ENTITY x "{"a" * 50_000}">',
        "loop": '<!ENTITY x "&y;"><!ENTITY y "&x;">',
        "file": '<!ENTITY x SYSTEM "file:///etc/passwd">',
        "fetch": '<!ENTITY x SYSTEM "http://127.0.0.1:1/x">',
        "parameter": '<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd">%p;',
    }.items():
        text = f"<!DOCTYPE rss [{declared}]>" + rss("A &x; strike" * 50).decode()
        yield Document(name=f"entity-{name}", ends=HEAVY, body=partial(text.encode, "utf-8"))
    dtd = b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/rss.dtd">' + GOOD
    yield Document(name="entity-dtd", ends=ANY, body=lambda: dtd)
    include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    included = GOOD.replace(b"<item>", include + b"<item>", 1)
    yield Document(name="entity-include", ends=ANY, body=lambda: included)
    style = b'<?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?>' + GOOD
    yield Document(name="entity-style", ends=OK, body=lambda: style)


def heavy_documents() -> Iterator[Document]:
    """Documents made to wear a parser out."""
    many = " ".join(f'a{number}="x"' for number in range(100_000))
    spaces = " ".join(f'xmlns:n{number}="urn:{number}"' for number in range(20_000))
    for name, text in {
        "attributes": GOOD.decode().replace("<item>", f"<item {many}>", 1),
        "namespaces": GOOD.decode().replace("<rss", f"<rss {spaces}", 1),
        "deep": GOOD.decode().replace("<item>", "<d>" * 100_000 + "<item>", 1),
        "deep-closed": GOOD.decode().replace("<item>", "<d>" * 50_000 + "</d>" * 50_000 + "<item>"),
        "long-tag": GOOD.decode().replace("<item>", f"<{'t' * 1_000_000}><item>", 1),
        "long-title": rss("A strike " * 200_000).decode(),
        "long-attribute": GOOD.decode().replace("<item>", f'<item a="{"x" * 2_000_000}">', 1),
        "markup": rss("&lt;b&gt;strike&lt;/b&gt;" * 50_000).decode(),
        "comments": GOOD.decode().replace("<item>", "<!-- x -->" * 200_000 + "<item>", 1),
        "open-comment": GOOD.decode().replace("<item>", "<!--<item>", 1),
        "open-cdata": GOOD.decode().replace("<item>", "<![CDATA[" * 1000 + "<item>", 1),
        "author": GOOD.decode().replace("<item>", f"<item><author>{'a (' * 20_000}</author>", 1),
        "links": GOOD.decode().replace("<item>", "<item>" + "<link>x</link>" * 50_000, 1),
    }.items():
        yield Document(name=f"heavy-{name}", ends=HEAVY, body=partial(text.encode, "utf-8"))
    yield Document(name="heavy-items", ends=HEAVY, body=lambda: rss(*map(str, range(50_000))))
    deep = b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000
    yield Document(name="heavy-json", ends=HEAVY, body=lambda: deep, content_type="text/json")
    digits = JSON_FEED.replace(b'"1",', b"1" * 100_000 + b",", 1)
    yield Document(name="heavy-number", ends=HEAVY, body=lambda: digits, content_type="text/json")


def odd_documents() -> Iterator[Document]:
    """Texts that are dangerous to print, or hard to read."""
    for name, title in {
        "escape": "A \x1b[31mred\x1b[0m strike \x1b]0;owned\x07",
        "controls": "A \x01\x02\x7f\x9b strike",
        "bidi": "A \u202e strike \u2066",
        "surrogates": "A &#55357;&#56832; strike &#xD800;",
        "references": "A &#0; &#x110000; &#999999999999999999999; &nope; strike",
        "zeros": "A \0 strike\0",
        "marks": "\ufeffA\ufeff strike\ufffe\uffff",
        "formula": "=cmd|' /C calc'!A0",
        "script": "&lt;script&gt;alert(1)&lt;/script&gt; strike",
        "combining": "A s" + "\u0301" * 20_000 + "trike",
    }.items():
        ends = OK if name in {"bidi", "formula", "script", "combining"} else ANY
        yield Document(name=f"odd-{name}", ends=ends, body=partial(rss, title, "A fair"))
    text = rss("Забастовка в порту", "Ярмарка").decode()
    for said, meant in (
        ("utf-8", "cp1251"),
        ("koi8-r", "utf-8"),
        ("utf-16", "utf-8"),
        ("no-such-charset", "utf-8"),
        ("windows-1251", "cp1251"),
        ("utf-7", "utf-8"),
        ("utf-8", "utf-16-le"),
        ("utf-8", "utf-32"),
        ("gb2312", "utf-8"),
    ):
        body = f'<?xml version="1.0" encoding="{said}"?>{text}'.encode(meant)
        yield Document(name=f"charset-{said}-{meant}", ends=ANY, body=partial(bytes, body))
    for name, cut in {"half": len(GOOD) // 2, "end": len(GOOD) - 3, "start": 40}.items():
        yield Document(name=f"cut-{name}", ends=ANY, body=partial(bytes, GOOD[:cut]))
    dates = "".join(
        f"<item><title>A strike {date}</title><pubDate>{date}</pubDate></item>"
        for date in ("never", "99999999999999", "-1", "Mon, 99 Mar 9999 99:99:99 +9999", "x" * 999)
    )
    dated = RSS.format(title="News", items=dates)
    yield Document(name="odd-dates", ends=OK, body=partial(dated.encode, "utf-8"))
    twins = rss(*["A strike"] * 300)
    yield Document(name="odd-twins", ends=OK, body=lambda: twins)
    bad_links = GOOD.replace(b"https://outlet.example/", b"javascript:alert(1)//")
    yield Document(name="odd-links", ends=OK, body=lambda: bad_links)
    yield Document(name="odd-no-items", ends=ANY, body=rss)


DOCUMENTS: tuple[Document, ...] = (
    *good_documents(),
    *no_feeds(),
    *entity_documents(),
    *heavy_documents(),
    *odd_documents(),
)
