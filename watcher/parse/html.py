"""HTML → plain text, and a page → the feeds it names."""

import html
import re

from selectolax.lexbor import LexborHTMLParser

from watcher.errors import ParseError
from watcher.parse.addresses import web_address

_BREAK = "\x1e"
"""Stands for the end of a paragraph until all other blanks are folded."""
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_NO_TAG = re.compile(r"<(?=[A-Za-z][^<>=]*+(?:<|\Z))")
"""What begins no tag, as in `Aid<needs`; one with attributes is a tag that was cut off."""
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_BLOCKS = """
address article aside blockquote caption dd details div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul
"""
_MARKS = dict.fromkeys(_BLOCKS.split(), _BREAK) | dict.fromkeys(
    ("audio", "br", "iframe", "img", "input", "option", "td", "th", "video"), " "
)
"""What stands where a tag stood; other tags may lie within a word and leave nothing."""
_HIDDEN = re.compile(r"<(?:script|style|template|head|title|noscript|svg|object)\b", re.IGNORECASE)
_HIDDEN_TAGS = ["script", "style", "template", "head", "noscript", "svg", "object"]
_FEED_TYPE = re.compile(r"(?:rss|atom|rdf|feed)\+?(?:xml|json)", re.IGNORECASE)
_NAMED_FEEDS = 3
_HEAD = 512 * 1024
"""Of a page so many characters are read: it names its feeds in its head, and lexbor has an end."""


def to_text(markup: str) -> str:
    """Read HTML as plain text: a blank line between paragraphs, single blanks elsewhere.

    Text without markup only has its character references replaced and its blanks folded.
    Sections of XML that were escaped once too often are read as what they hold.
    """
    if "<![CDATA[" in markup:
        markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    if _MARKUP.search(markup):
        markup = _text_of(_TAG_NAME.sub(_marked, _NO_TAG.sub("&lt;", markup)))
    elif "&" in markup:
        markup = html.unescape(markup)
    if _BREAK in markup:
        paragraphs = (" ".join(part.split()) for part in markup.split(_BREAK))
        return "\n\n".join(filter(None, paragraphs))
    return " ".join(markup.split())


def to_line(markup: str) -> str:
    """Read HTML as one line, such as a title; markup escaped once too often is unescaped."""
    text = to_text(markup)
    if "&" in text and ";" in text:
        text = to_text(text)
    return text.replace("\n\n", " ")


def not_a_feed(page: str, url: str) -> ParseError:
    """Say that a page is no feed, and which feeds it names (RSS Advisory Board, autodiscovery)."""
    tree = LexborHTMLParser(page[:_HEAD])
    base = tree.css_first("base[href]")
    start = (web_address(base.attributes["href"] or "", url) if base else "") or url
    links = [link.attributes for link in tree.css("link[rel~=alternate i][href]")]
    named = [
        web_address(link["href"] or "", start)
        for link in links
        if _FEED_TYPE.search(link.get("type") or "")
    ]
    feeds = list(filter(None, named))[:_NAMED_FEEDS]
    hint = f"; it names {', '.join(feeds)}" if feeds else ""
    return ParseError("not_a_feed", f"the server sent a page of HTML, no feed{hint}")


def _marked(tag: re.Match[str]) -> str:
    return _MARKS.get(tag[1].lower(), "") + tag[0]


def _text_of(markup: str) -> str:
    tree = LexborHTMLParser(markup)
    if _HIDDEN.search(markup):
        tree.strip_tags(_HIDDEN_TAGS)
    return tree.root.text() if tree.root else ""
