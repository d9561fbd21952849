"""Wire bytes → body, never more of it than allowed."""

import re
import zlib
from typing import Protocol

from watcher.errors import FetchError

_GZIP = b"\x1f\x8b"
_FEED = re.compile(rb"(?:\xef\xbb\xbf)?[\t\n\r ]*+(?:<[?!A-Za-z]|\{[\t\n\r ]*+\")")
"""How documents of XML and JSON begin, and nothing that is packed."""
_PIECE = 16 * 1024
_MARK_BYTES = 2
"""By so many bytes a packed stream is known."""
_WBITS_GZIP, _WBITS_ZLIB, _WBITS_RAW = 31, 15, -15


class Unpacker(Protocol):
    """Takes a body in pieces, as they come."""

    @property
    def size(self) -> int:
        """Bytes of body so far."""

    def feed(self, piece: bytes) -> None:
        """Take the next piece.

        Raises:
            FetchError: `decode` (not what it claims to be) or `too_large`.
        """

    def body(self) -> bytes:
        """Give the whole body.

        Raises:
            FetchError: `truncated` (the packed stream has no end) or `decode`.
        """


def unpacker(encoding: str | None, *, max_bytes: int) -> Unpacker:
    """Choose by Content-Encoding (RFC 9110, section 8.4): gzip, deflate or nothing, in one layer.

    Some servers put there what is no coding, such as `UTF-8` or `none`: of any other than those
    that were offered the body counts as it is, if it begins like a feed.
    """
    codings = [coding.strip() for coding in (encoding or "").lower().split(",")]
    match [coding for coding in codings if coding not in ("", "identity")]:
        case []:
            return _Plain(max_bytes)
        case ["gzip" | "x-gzip"]:
            return _Packed(max_bytes, gzip=True)
        case ["deflate"]:
            return _Packed(max_bytes, gzip=False)
        case others:
            return _Plain(max_bytes, coding=", ".join(others))


class _Plain:
    """A body as it is; a file that is gzip itself (`sitemap.xml.gz`) counts as packed once."""

    def __init__(self, max_bytes: int, *, coding: str = "") -> None:
        self._max_bytes = max_bytes
        self._coding = coding
        self._body = bytearray()

    @property
    def size(self) -> int:
        return len(self._body)

    def feed(self, piece: bytes) -> None:
        self._body += piece
        if len(self._body) > self._max_bytes:
            raise too_large(self._max_bytes)

    def body(self) -> bytes:
        body = self._unpacked()
        if self._coding and not _FEED.match(body):
            raise FetchError(
                "decode",
                f"the body is packed as {self._coding[:40]!r}; only gzip and deflate are read",
            )
        return body

    def _unpacked(self) -> bytes:
        if not self._body.startswith(_GZIP):
            return bytes(self._body)
        packed = _Packed(self._max_bytes, gzip=True)
        for start in range(0, len(self._body), _PIECE):
            packed.feed(bytes(self._body[start : start + _PIECE]))
        return packed.body()


class _Packed:
    """One gzip or deflate stream; gzip may have several members (RFC 1952, section 2.2)."""

    def __init__(self, max_bytes: int, *, gzip: bool) -> None:
        self._max_bytes = max_bytes
        self._gzip = gzip
        self._stream: zlib._Decompress | None = None
        self._held = b""
        self._body = bytearray()

    @property
    def size(self) -> int:
        return len(self._body)

    def feed(self, piece: bytes) -> None:
        piece, self._held = self._held + piece, b""
        while piece:
            stream = self._stream_for(piece)
            if stream is None:
                return
            self._unpack(stream, piece)
            piece = stream.unused_data

    def _stream_for(self, piece: bytes) -> "zlib._Decompress | None":
        """The stream that goes on, or begins, with this piece; `None` if it is too short to tell.

        What follows the end of a stream and is no further one is padding, and left alone.
        """
        if self._stream is not None and not self._stream.eof:
            return self._stream
        if len(piece) < _MARK_BYTES:
            self._held = piece
            return None
        if self._stream is not None and not (self._gzip and piece.startswith(_GZIP)):
            return None
        wbits = _WBITS_GZIP if self._gzip else _deflate_wbits(piece)
        self._stream = zlib.decompressobj(wbits)
        return self._stream

    def _unpack(self, stream: "zlib._Decompress", piece: bytes) -> None:
        room = self._max_bytes - len(self._body) + 1
        try:
            self._body += stream.decompress(piece, room)
        except zlib.error as error:
            raise FetchError("decode", "the body is not packed as its server says") from error
        if len(self._body) > self._max_bytes:
            raise too_large(self._max_bytes)

    def body(self) -> bytes:
        if self._stream is None or not self._stream.eof:
            raise FetchError("truncated", "the packed body ends before its end; it was cut off")
        return bytes(self._body)


def _deflate_wbits(start: bytes) -> int:
    """Tell zlib's wrapper (RFC 1950, section 2.2) from bare deflate, which many servers send."""
    is_zlib = start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return _WBITS_ZLIB if is_zlib else _WBITS_RAW


def too_large(max_bytes: int) -> FetchError:
    """Name the trouble of a body over its limit."""
    return FetchError(
        "too_large", f"the document is larger than {max_bytes:,} bytes (fetch.max_bytes)"
    )
