"""HTML becomes plain text; pages name their feeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.html import not_a_feed, to_line, to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("plain  text\n here", "plain text here", id="blanks fold"),
        pytest.param("<p>One</p><p>Two</p>", "One\n\nTwo", id="paragraphs"),
        pytest.param("One<br>two<br/>three", "One two three", id="line breaks are blanks"),
        pytest.param("Zelen<b>skyy</b>", "Zelenskyy", id="inline tags join"),
        pytest.param("<td>a</td><td>b</td>", "a b", id="cells part"),
        pytest.param("<ul><li>a<li>b</ul>", "a\n\nb", id="list"),
        pytest.param("a<script>evil()</script>b<style>p{}</style>", "ab", id="scripts go"),
        pytest.param("a<!-- hidden <p> -->b", "ab", id="comments go"),
        pytest.param("AT&amp;T &ndash; &#x2116; 5", "AT&T – № 5", id="references"),
        pytest.param('<img alt="a > b" src=x>c', "c", id="attributes are no text"),
        pytest.param("a < b and c > d", "a < b and c > d", id="comparisons stay"),
        pytest.param("Aid<needs: Kyiv says", "Aid<needs: Kyiv says", id="no tag, to the end"),
        pytest.param("<p>a<b <i>c</i> d<e</p>", "a<b c d<e", id="no tag, to the next one"),
        pytest.param("x<y <![CDATA[z]]>", "x<y z", id="no tag, to a section"),
        pytest.param("a <a href='x", "a", id="a tag cut off"),
        pytest.param("<b\n>a</b><br/>b", "a b", id="whole tags"),
        pytest.param("fine\u00a0print\u3000here", "fine print here", id="any blank"),
        pytest.param("<P>One</P ><DIV\n>Two", "One\n\nTwo", id="capitals"),
        pytest.param("<![CDATA[One <b>two</b>]]>", "One two", id="a section escaped"),
        pytest.param("<![CDATA[<![CDATA[One]]>]]>", "One", id="a section in a section"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_markup_reads_as(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Tea &amp;amp; cake", "Tea & cake"),
        ("<h1>One</h1><p>Two", "One Two"),
        ("&lt;b&gt;Bold&lt;/b&gt; claim", "<b>Bold</b> claim"),
        ("Fish & chips; peas", "Fish & chips; peas"),
        ("Aid&lt;needs: Q&amp;amp;A", "Aid<needs: Q&A"),
    ],
)
def test_a_title_is_one_line_unescaped_twice(markup: str, text: str) -> None:
    assert to_line(markup) == text


@given(st.text(st.sampled_from("<>&;/!-pbr \n'\"=a#x1"), max_size=80))
def test_any_markup_gives_text_without_loose_blanks(markup: str) -> None:
    text = to_text(markup)
    assert text == text.strip()
    assert "  " not in text


def test_a_page_names_its_feeds() -> None:
    page = """<html><head><link rel="alternate" type="application/rss+xml" href="/feed">
    <link rel="ALTERNATE" type="application/atom+xml" href="https://other.example/atom">
    <link rel="alternate" hreflang="uk" href="/uk"><link rel="stylesheet" href="x.css"></head>"""
    error = not_a_feed(page, "https://page.example/news/")
    assert error.kind == "not_a_feed"
    assert "https://page.example/feed, https://other.example/atom" in str(error)
    assert "/uk" not in str(error)


def test_the_feeds_a_page_names_lie_below_its_base() -> None:
    page = "<html><base href='/g/'><link rel=alternate type=application/rss+xml href=full.xml>"
    assert "https://page.example/g/full.xml" in str(not_a_feed(page, "https://page.example/a/b"))


def test_a_page_without_feeds_names_none() -> None:
    assert str(not_a_feed("<html>Hello", "https://page.example/")).endswith("no feed")


def test_a_broken_address_in_a_page_is_passed_over() -> None:
    page = '<link rel="alternate" type="application/rss+xml" href="http://[broken">'
    assert str(not_a_feed(page, "https://page.example/")).endswith("no feed")
