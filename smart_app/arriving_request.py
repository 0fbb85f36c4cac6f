"""A request as its bytes come in: whether it is whole, and how long it has been quiet. Bytes only, no socket.

What is read here only decides when the request is worth a thread; what it says is read by the server, from
the same bytes. So a head that can be understood in two ways (RFC 9112, 11.2) gains nothing.
"""

from __future__ import annotations

import re

LONGEST_HEAD = 64 * 1024  # bytes
QUIET_SECONDS = 5.0
"""Longest time without a byte."""

ARRIVING_SECONDS = 30.0
"""Longest time for a whole request."""

MOST_CHUNKS = 20_000
"""In one body: one costs as much to read as a kilobyte, and tiny ones would be the cheapest attack."""

_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CODING = re.compile(rb"^transfer-encoding:[^\r\n]*\bchunked[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_FRAMED = re.compile(rb"^(?:content-length|transfer-encoding)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_CONTINUE = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,15})[^\r\n]*\r\n")
_BARE_LF = re.compile(rb"(?<!\r)\n")
_LONGEST_CHUNK_LINE = 1024  # bytes
_LONGEST_ADDRESS = 1024  # bytes, as far as it is looked at here


class ArrivingRequest:
    """The bytes of one request so far. `largest` is the longest body that is worth waiting for, in bytes;
    times are seconds of any clock that only goes forward; `heard` is when the last byte came.
    """

    def __init__(self, largest: int, now: float) -> None:
        self.received = bytearray()
        self.waits_for_leave = False  # it says `Expect: 100-continue`
        self.heard = now
        self._largest = largest
        self._began = now
        self._end: int | None = None  # of the head
        self._wanted: int | None = None  # bytes in all, where the head tells
        self._chunk_at = 0  # where the next chunk begins, which may not be here yet
        self._chunks = 0
        self._unlike_http = False

    def add(self, piece: bytes, now: float) -> None:
        """Take what came, at this moment."""
        searched_from = max(0, len(self.received) - 3)
        self.received += piece
        self.heard = now
        if self._end is None:
            self._read_head(searched_from)
        if self._chunk_at and self._wanted is None:
            self._walk_chunks()

    @property
    def has_its_head(self) -> bool:
        return self._end is not None

    @property
    def head_is_too_long(self) -> bool:
        return self._end is None and len(self.received) > LONGEST_HEAD

    @property
    def whole(self) -> bool:
        """Everything is here: it can be answered without waiting for its sender."""
        return self._wanted is not None and len(self.received) >= self._wanted

    @property
    def settled(self) -> bool:
        """Nothing is gained by waiting: it is whole, or the server will refuse it as no HTTP."""
        return self.whole or self._unlike_http

    @property
    def is_too_large(self) -> bool:
        """Its body is, or is going to be, longer than anybody takes, or in too many pieces."""
        if self._end is None:
            return False
        in_all = max(len(self.received), self._chunk_at) if self._wanted is None else self._wanted
        return in_all - self._end > self._largest or self._chunks > MOST_CHUNKS

    def is_late(self, now: float) -> bool:
        return now - self.heard >= QUIET_SECONDS or now - self._began >= ARRIVING_SECONDS

    def is_for(self, path: str) -> bool:
        """Whether the address asked for begins so."""
        words = bytes(self.received[:_LONGEST_ADDRESS]).split(b" ", 2)
        return len(words) > 1 and words[1].startswith(path.encode())

    def _read_head(self, searched_from: int) -> None:
        at = self.received.find(b"\r\n\r\n", searched_from)
        if at < 0:  # a line that ends otherwise is refused (RFC 9112, 2.2), and no end would ever be found
            self._unlike_http = _BARE_LF.search(self.received, searched_from) is not None
            return
        self._end = end = at + 4
        head = bytes(self.received[:end])
        lengths, framed = _LENGTH.findall(head), len(_FRAMED.findall(head))
        old = head.partition(b"\r\n")[0].endswith(b" HTTP/1.0")  # it knows no leave (RFC 9110, 10.1.1)
        self.waits_for_leave = not old and _CONTINUE.search(head) is not None
        if framed == 1 and _CODING.search(head):
            self._chunk_at = end
        elif framed == len(lengths) <= 1:
            self._wanted = end + int(lengths[0] if lengths else 0)
        else:
            self._unlike_http = True  # a coding or a length that nobody understands, or two of them

    def _walk_chunks(self) -> None:
        """Go from chunk to chunk as far as they are here (RFC 9112, 7.1)."""
        while self._chunk_at < len(self.received):
            if self.received[self._chunk_at - 2 : self._chunk_at] != b"\r\n":
                self._unlike_http = True  # the chunk before does not end where it said
                return
            line = _CHUNK.match(self.received, self._chunk_at)
            if line is None:
                begun = self.received[self._chunk_at : self._chunk_at + _LONGEST_CHUNK_LINE]
                self._unlike_http = len(begun) == _LONGEST_CHUNK_LINE or b"\n" in begun
                return
            size = int(line[1], 16)
            if not size:
                self._find_end_of_trailers(line.end())
                return
            self._chunks += 1
            self._chunk_at = line.end() + size + 2

    def _find_end_of_trailers(self, begin: int) -> None:
        at = self.received.find(b"\r\n\r\n", begin - 2, begin + LONGEST_HEAD)
        if at >= 0:
            self._wanted = at + 4
        else:
            self._unlike_http = len(self.received) - begin > LONGEST_HEAD
