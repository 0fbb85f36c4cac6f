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

_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CODING = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
_CONTINUE = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,15})[^\r\n]*\r\n")
_LONGEST_CHUNK_LINE = 1024  # bytes
_LONGEST_ADDRESS = 1024  # bytes, as far as it is looked at here


class ArrivingRequest:
    """The bytes of one request so far. `largest` is the longest body that is worth waiting for, in bytes;
    times are seconds of any clock that only goes forward.
    """

    def __init__(self, largest: int, now: float) -> None:
        self.received = bytearray()
        self.waits_for_leave = False  # it says `Expect: 100-continue`
        self._largest = largest
        self._began = self._heard = now
        self._end: int | None = None  # of the head
        self._wanted: int | None = None  # bytes in all, where the head tells
        self._chunk_at = 0  # where the next chunk begins
        self._unlike_http = False

    def add(self, piece: bytes, now: float) -> None:
        """Take what came, at this moment."""
        searched_from = max(0, len(self.received) - 3)
        self.received += piece
        self._heard = now
        if self._end is None:
            self._read_head(searched_from)
        if self._chunk_at:
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
        """Nothing is gained by waiting: it is whole, too large to be taken, or not HTTP."""
        if self.whole or self._unlike_http:
            return True
        needed = len(self.received) if self._wanted is None else self._wanted
        return self._end is not None and needed - self._end > self._largest

    def is_late(self, now: float) -> bool:
        return now - self._heard >= QUIET_SECONDS or now - self._began >= ARRIVING_SECONDS

    def is_for(self, path: str) -> bool:
        """Whether the address asked for begins so."""
        words = bytes(self.received[:_LONGEST_ADDRESS]).split(b" ", 2)
        return len(words) > 1 and words[1].startswith(path.encode())

    def _read_head(self, searched_from: int) -> None:
        at = self.received.find(b"\r\n\r\n", searched_from)
        if at < 0:
            return
        self._end = end = at + 4
        head = bytes(self.received[:end])
        lengths = _LENGTH.findall(head)
        self.waits_for_leave = _CONTINUE.search(head) is not None
        if _CODING.search(head):
            self._chunk_at = end
        elif len(lengths) > 1 or (not lengths and b"\ncontent-length" in head.lower()):
            self._unlike_http = True  # the server refuses it
        else:
            self._wanted = end + int(lengths[0] if lengths else 0)

    def _walk_chunks(self) -> None:
        """Go from chunk to chunk as far as they are here (RFC 9112, 7.1)."""
        while self._wanted is None and self._chunk_at < len(self.received):
            line = _CHUNK.match(self.received, self._chunk_at)
            if line is None:
                rest = len(self.received) - self._chunk_at
                self._unlike_http = rest > _LONGEST_CHUNK_LINE or b"\n" in self.received[self._chunk_at :]
                return
            size = int(line[1], 16)
            if size:
                self._chunk_at = line.end() + size + 2
                continue
            trailers = self.received.find(b"\r\n\r\n", line.end() - 2)
            if trailers >= 0:
                self._wanted = trailers + 4
            return
