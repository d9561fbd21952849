"""Bytes become the text that was meant."""

import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.parse.decode import decode

HEAD = '<?xml version="1.0" encoding="{}"?>'
UKRAINIAN = "<rss>Порт відкрито, судна вийшли в море після ремонту причалу</rss>"
CHINESE = "<rss>大桥封闭至五月，无人受伤，渡轮照常运行</rss>"


def text_of(body: bytes, content_type: str | None = None) -> str:
    return decode(body, content_type)[0]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_believed(charset: str) -> None:
    assert text_of(f"\ufeff{UKRAINIAN}".encode(charset), "text/xml; charset=koi8-r") == UKRAINIAN


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_wide_characters_are_seen_without_a_mark(charset: str) -> None:
    assert text_of(f"\n {UKRAINIAN}".encode(charset)) == UKRAINIAN


def test_valid_utf8_is_believed_before_what_is_declared() -> None:
    head = HEAD.format("windows-1251")
    assert text_of((head + UKRAINIAN).encode()) == head + UKRAINIAN


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-u", "iso-8859-5", "mac-cyrillic"])
def test_a_declared_charset_is_used(charset: str) -> None:
    text = HEAD.format(charset) + UKRAINIAN
    assert text_of(text.encode(charset)) == text


@pytest.mark.parametrize("name", ["x-mac-cyrillic", "X-Mac-Ukrainian"])
def test_charsets_are_known_by_the_names_of_the_web(name: str) -> None:
    text = HEAD.format(name) + UKRAINIAN
    assert text_of(text.encode("mac_cyrillic")) == text


def test_the_charset_of_http_is_used() -> None:
    assert text_of(UKRAINIAN.encode("cp1251"), 'text/xml; Charset="windows-1251"') == UKRAINIAN


@pytest.mark.parametrize("name", ["gb2312", "GBK"])
def test_chinese_charsets_are_read_as_their_superset(name: str) -> None:
    text = HEAD.format(name) + CHINESE + "\U00020000"
    assert text_of(text.encode("gb18030")) == text


def test_japanese_in_7_bits_is_no_utf8() -> None:
    text = '<?xml version="1.0" encoding="iso-2022-jp"?><t>衛星画像、ミサイル</t>'
    assert text_of(text.encode("iso-2022-jp")) == text
    assert text_of("<t>é \x1b$B</t>".encode()) == "<t>é \x1b$B</t>"


@pytest.mark.parametrize(
    ("name", "charset", "text"),
    [
        pytest.param("HZ-GB-2312", "hz", "中国外交部", id="Chinese"),
        pytest.param("iso-2022-kr", "iso2022_kr", "한국어 제목", id="Korean"),
    ],
)
def test_other_charsets_in_7_bits_are_read_where_they_are_named(
    name: str, charset: str, text: str
) -> None:
    named = HEAD.format(name) + f"<t>{text}</t>"
    assert text_of(named.encode(charset)) == named
    assert text_of(text.encode(charset), f"text/xml; charset={name}") == text
    assert text_of(named.encode()) == named
    assert text_of(b"<t>~{VP~}</t>") == "<t>~{VP~}</t>"


def test_utf7_is_never_read() -> None:
    text = HEAD.format("utf-7") + "<t>+BB8-</t>"
    assert text_of(text.encode()) == text


def test_a_few_bad_bytes_do_not_spoil_utf8() -> None:
    text, warnings = decode(UKRAINIAN.encode() + b"\xff", "text/xml; charset=windows-1251")
    assert text == UKRAINIAN + "\ufffd"
    assert warnings == ("1 unreadable characters (utf-8)",)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        pytest.param("gbk", "中国外交部", id="Chinese"),
        pytest.param("big5", "中國外交部", id="traditional Chinese"),
        pytest.param("shift_jis", "日本語の見出し", id="Japanese"),
        pytest.param("euc-jp", "日本語の見出し", id="Japanese of Unix"),
        pytest.param("euc-kr", "한국어 제목", id="Korean"),
        pytest.param("windows-1251", "Президент", id="Cyrillic"),
    ],
)
def test_a_text_cut_in_the_middle_of_a_character_does_not_spoil_a_named_charset(
    charset: str, text: str
) -> None:
    cut = b"\x98<" if charset == "windows-1251" else text.encode(charset)[:-1] + b"<"
    body = HEAD.format(charset).encode() + f"<rss>{text * 9}".encode(charset) + cut
    found, (warning,) = decode(body, None)
    assert text * 9 in found
    assert warning.startswith("1 unreadable characters")


def test_signs_of_the_vendors_are_read() -> None:
    assert "①㈱髙" in text_of((HEAD.format("Shift_JIS") + "<rss>①㈱髙").encode("cp932"))


def test_a_lonely_accent_under_a_wrong_name_is_guessed_as_the_web_means_it() -> None:
    assert "élève" in text_of((HEAD.format("utf-8") + "<rss>un élève").encode("cp1252"))


def test_an_accent_here_and_there_is_not_utf8() -> None:
    body = (HEAD.format("iso-8859-1") + "<rss>Café “plain”" + "x" * 999).encode("cp1252")
    assert "Café “plain”" in text_of(body)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        pytest.param(9, 1, id="of ten"),
        pytest.param(5, 2, id="of seven"),
        pytest.param(5, 5, id="of two"),
    ],
)
def test_an_item_in_another_charset_does_not_spoil_utf8(good: int, bad: int) -> None:
    head = HEAD.format("UTF-8").encode()
    body = head + UKRAINIAN.encode("cp1251") * bad + UKRAINIAN.encode() * good
    text, (warning,) = decode(body, "text/xml; charset=utf-8")
    assert text.count(UKRAINIAN) == good
    assert warning.endswith("unreadable characters (utf-8)")


def test_valid_utf8_outweighs_what_no_guess_can_read() -> None:
    body = UKRAINIAN.encode("cp1251") + UKRAINIAN.encode() * 9
    assert text_of(body).count(UKRAINIAN) == 9


@pytest.mark.parametrize("name", ["nonsense", "idna", "utf-16", "utf-8"])
def test_a_wrong_charset_is_replaced_by_a_guess(name: str) -> None:
    text, warnings = decode((HEAD.format(name) + UKRAINIAN * 3).encode("cp1251"), None)
    assert "Порт відкрито" in text
    assert "guessed" in warnings[0]


def test_of_equal_guesses_the_default_of_the_web_wins() -> None:
    text = "<rss><title>The ferry café à la carte, très complexe</title>" + "A quiet day. " * 20
    assert text_of(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \n\t", "empty", id="blanks"),
        pytest.param(codecs.BOM_UTF8, "empty", id="a mark alone"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "unsupported", id="picture"),
        pytest.param(b"%PDF-1.7", "unsupported", id="pdf"),
        pytest.param(bytes(range(128, 256)) * 40 + b"\x00\x81\x8d" * 99, "encoding", id="noise"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        decode(body, None)
    assert caught.value.kind == kind


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_an_error(body: bytes) -> None:
    with suppress(ParseError):
        text_of(body).encode()
