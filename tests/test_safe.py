"""Foreign text is harmless in the store, on a terminal, in a log, in a spreadsheet."""

import codecs
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.safe import clean, csv_cell, escaped, safe_json, safe_text, without_credentials

ANY_TEXT = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("a\x00b", "a\ufffdb", id="NUL"),
        pytest.param("a\ud83db", "a\ufffdb", id="lone surrogate"),
        pytest.param("cafe\u0301", "caf\u00e9", id="decomposed"),
        pytest.param("abcdefgh", "abcde", id="too long"),
        pytest.param("abc  ", "abc", id="blanks at the end"),
    ],
)
def test_the_border_cleans(text: str, cleaned: str) -> None:
    assert clean(text, 5) == cleaned


@given(ANY_TEXT, st.integers(1, 50))
def test_what_passed_the_border_is_bounded_and_can_be_written(text: str, most: int) -> None:
    cleaned = clean(text, most)
    assert len(cleaned) <= most
    assert "\x00" not in cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Плавні води", "Плавні води", id="plain text stays"),
        pytest.param("one\r\n\ttwo", "one two", id="one line"),
        pytest.param("one\u2028two", "one two", id="line separator"),
        pytest.param("\x1b[2Jgone", "\\x1b[2Jgone", id="terminal escape"),
        pytest.param("\x9b2J", "\\x9b2J", id="C1 escape"),
        pytest.param("a\u202egpj.exe", "a\\u202egpj.exe", id="direction override"),
        pytest.param("a\u2066b\u2069", "a\\u2066b\\u2069", id="isolates"),
        pytest.param("a\U000e0041", "a\\U000e0041", id="tag character"),
        pytest.param("a\ud800", "a\\ud800", id="lone surrogate"),
        pytest.param(
            "می\u200cروم 👩\u200d🚒", "می\u200cروم 👩\u200d🚒", id="joiners belong to words"
        ),
    ],
)
def test_an_edge_shows_what_would_act(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@given(ANY_TEXT)
def test_an_edge_lets_no_control_pass(text: str) -> None:
    shown = safe_text(text)
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in shown)
    assert safe_text(shown) == shown


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_a_formula_becomes_text(start: str) -> None:
    assert csv_cell(start + "1+1") == "'" + start + "1+1"


def test_other_cells_stay() -> None:
    assert csv_cell("1 = 1") == "1 = 1"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://me:hush@a.example/f", "https://…@a.example/f"),
        ("https://me:hu/sh@a.example/f", "https://…@a.example/f"),
        ("https://me:hu?sh@a.example/f", "https://…@a.example/f"),
        ("https://me:hu#s@h@a.example/f", "https://…@a.example/f"),
        ("https://a.example:hush/f", "https://…"),
        ("me:hush@a.example", "…@a.example"),
        ("https://a.example:8443/f?a=b#c", "https://a.example:8443/f?a=b#c"),
        ("https://a.example/@desk/feed", "https://a.example/@desk/feed"),
        ("http://[2001:db8::1]:80/f", "http://[2001:db8::1]:80/f"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_an_address_keeps_its_credentials_to_itself(address: str, told: str) -> None:
    assert without_credentials(address) == told


@given(st.text(), st.sampled_from(["ascii", "latin-1", "koi8-u"]))
def test_json_stays_json_in_any_encoding(text: str, encoding: str) -> None:
    codecs.register_error("escaped", escaped)
    written = safe_json({"title": text}).encode(encoding, "escaped")
    assert json.loads(written.decode(encoding)) == {"title": text}


def test_what_cannot_be_read_is_not_escaped() -> None:
    codecs.register_error("escaped", escaped)
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", "escaped")
