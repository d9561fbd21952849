"""Bodies come out whole, or not at all."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import FetchError
from watcher.fetch.unpack import unpacker

TEXT = b"<rss>" + b"news " * 1000 + b"</rss>"
MAX = 100_000


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


def unpack(wire: bytes, encoding: str | None, *, piece: int = 7, max_bytes: int = MAX) -> bytes:
    packed = unpacker(encoding, max_bytes=max_bytes)
    for start in range(0, len(wire), piece):
        packed.feed(wire[start : start + piece])
    return packed.body()


def trouble(wire: bytes, encoding: str | None, *, max_bytes: int = MAX) -> str:
    with pytest.raises(FetchError) as caught:
        unpack(wire, encoding, max_bytes=max_bytes)
    return caught.value.kind


@pytest.mark.parametrize(
    ("wire", "encoding"),
    [
        pytest.param(TEXT, None, id="plain"),
        pytest.param(TEXT, "identity", id="identity"),
        pytest.param(TEXT, "UTF-8", id="no coding at all"),
        pytest.param(gzip.compress(TEXT), "binary", id="no coding, a gzip file"),
        pytest.param(gzip.compress(TEXT), "gzip", id="gzip"),
        pytest.param(gzip.compress(TEXT), "gzip, identity", id="gzip and nothing"),
        pytest.param(gzip.compress(TEXT), "X-GZip ", id="x-gzip"),
        pytest.param(gzip.compress(TEXT), None, id="a gzip file"),
        pytest.param(gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]), "gzip", id="two members"),
        pytest.param(gzip.compress(TEXT) + b"\0" * 600, "gzip", id="padded gzip"),
        pytest.param(zlib.compress(TEXT), "deflate", id="deflate in zlib"),
        pytest.param(zlib.compress(TEXT, 1), "deflate", id="deflate in zlib, quick"),
        pytest.param(raw_deflate(TEXT), "deflate", id="bare deflate"),
        pytest.param(zlib.compress(TEXT) + b"junk", "deflate", id="deflate and junk"),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 7, MAX])
def test_what_was_offered_is_unpacked(wire: bytes, encoding: str | None, piece: int) -> None:
    assert unpack(wire, encoding, piece=piece) == TEXT


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "utf-8", "x" * 99])
@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(b"\x1b\x8a\x13\x00\xe4" + TEXT, id="packed"),
        pytest.param(gzip.compress(gzip.compress(TEXT)), id="packed twice"),
        pytest.param(b"{\x8a\x13<", id="packed, with the first sign of JSON"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_was_not_offered_is_refused(wire: bytes, encoding: str) -> None:
    assert trouble(wire, encoding) == "decode"


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        b"\xef\xbb\xbf\n <?xml version='1.0'?><rss/>",
        b"<!DOCTYPE html><html>",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{\n  "items": []}',
    ],
)
def test_what_begins_like_a_feed_is_not_packed_whatever_its_server_says(body: bytes) -> None:
    assert unpack(body, "none") == body


@pytest.mark.parametrize(
    ("wire", "encoding"),
    [
        pytest.param(TEXT, "gzip", id="plain as gzip"),
        pytest.param(TEXT, "deflate", id="plain as deflate"),
        pytest.param(b"\x1f\x8bjunk and more junk", "gzip", id="junk behind the magic"),
        pytest.param(gzip.compress(TEXT)[:-8] + b"\0" * 8, "gzip", id="wrong checksum"),
    ],
)
def test_what_is_not_packed_as_said_is_refused(wire: bytes, encoding: str) -> None:
    assert trouble(wire, encoding) == "decode"


@pytest.mark.parametrize(
    ("wire", "encoding"),
    [
        pytest.param(gzip.compress(TEXT)[:-1], "gzip", id="gzip"),
        pytest.param(gzip.compress(TEXT)[:30], "gzip", id="gzip early"),
        pytest.param(zlib.compress(TEXT)[:-4], "deflate", id="deflate"),
        pytest.param(raw_deflate(TEXT)[:-1], "deflate", id="bare deflate"),
        pytest.param(gzip.compress(TEXT) + gzip.compress(TEXT)[:9], "gzip", id="second member"),
        pytest.param(b"", "gzip", id="nothing"),
        pytest.param(b"x", "deflate", id="one byte"),
        pytest.param(gzip.compress(TEXT)[:-1], None, id="a gzip file"),
    ],
)
def test_a_cut_body_is_no_body(wire: bytes, encoding: str | None) -> None:
    assert trouble(wire, encoding) == "truncated"


@pytest.mark.parametrize(
    ("wire", "encoding"),
    [
        pytest.param(TEXT, None, id="plain"),
        pytest.param(gzip.compress(TEXT), "gzip", id="gzip"),
        pytest.param(zlib.compress(TEXT), "deflate", id="deflate"),
        pytest.param(gzip.compress(b"x" * 2000) * 3, "gzip", id="many members"),
        pytest.param(gzip.compress(TEXT), None, id="a gzip file"),
    ],
)
def test_a_body_over_the_limit_is_refused(wire: bytes, encoding: str | None) -> None:
    assert trouble(wire, encoding, max_bytes=len(TEXT) - 1) == "too_large"


def test_a_body_of_just_the_limit_is_taken() -> None:
    assert unpack(gzip.compress(TEXT), "gzip", max_bytes=len(TEXT)) == TEXT


def test_a_bomb_is_never_unpacked_whole() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    packed = unpacker("gzip", max_bytes=1000)
    with pytest.raises(FetchError, match="larger than 1,000 bytes"):
        packed.feed(bomb)


@given(st.binary(), st.sampled_from(["gzip", "deflate", "", "br"]), st.integers(1, 50))
def test_any_bytes_give_a_body_or_a_fetch_error(wire: bytes, encoding: str, piece: int) -> None:
    try:
        assert len(unpack(wire, encoding, piece=piece, max_bytes=100)) <= 100
    except FetchError as error:
        assert error.kind in {"decode", "truncated", "too_large"}  # noqa: PT017 - any is right
