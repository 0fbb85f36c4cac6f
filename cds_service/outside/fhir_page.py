"""One GET to a host EHR: its address checked, its answer bounded in size and time."""

import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from cds_service.outside import clock

LARGEST_PAGE = 8 * 1024 * 1024  # bytes, after decompression
_GZIP_OR_ZLIB = 47  # zlib's wbits: recognise either header
_PIECE = 256 * 1024


class BadAnswer(Exception):
    """An answer we cannot use; the message says why, without patient data. `status` is HTTP's, if any."""

    def __init__(self, says: str, status: int | None = None) -> None:
        super().__init__(says)
        self.says = says
        self.status = status


class Retry(BadAnswer):
    """An answer worth one more try, `after` so many seconds."""

    def __init__(self, says: str, status: int | None, after: float) -> None:
        super().__init__(says, status)
        self.after = after

    def wait(self, reading: "Reading") -> bool:
        """Wait as long as the server asked; False, at once, when the deadline comes first."""
        if self.after >= reading.seconds_left:
            return False
        threading.Event().wait(self.after)
        return True


@dataclass(frozen=True)
class Reading:
    """What the reads of one call have in common. The token goes into a header and nowhere else."""

    fhir_base: str
    token: str | None
    patient_id: str
    deadline: float  # monotonic seconds
    monotonic: Callable[[], float]

    @property
    def seconds_left(self) -> float:
        return self.deadline - self.monotonic()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def url(self, search: str) -> httpx.URL:
        return httpx.URL(f"{self.fhir_base}/{search.replace('{patient}', self.patient_id)}")


def next_page(link: str | None, current: httpx.URL, reading: Reading, visited: set[str]) -> httpx.URL | None:
    """The address of the next page; BadAnswer when it is on another origin or was read before.

    Read with the parser of the client that will connect, so that both see the same host.
    """
    if link is None:
        return None
    try:
        url = current.join(link)
    except (httpx.InvalidURL, ValueError):
        raise BadAnswer("the next page has no valid address; it was not read") from None
    home = httpx.URL(reading.fhir_base)
    if url.userinfo or (url.scheme, url.host, url.port) != (home.scheme, home.host, home.port):
        raise BadAnswer("the next page is on another origin; it was not read")
    if str(url) in visited:
        raise BadAnswer("the pages go in a circle; the rest was not read")
    return url


def fetch(client: httpx.Client, url: httpx.URL, reading: Reading) -> bytes:
    """The body of one JSON answer. Raises BadAnswer, or Retry where one more try may help."""
    left = reading.seconds_left
    if left <= 0:
        raise BadAnswer("the deadline has passed")
    try:
        with client.stream("GET", url, headers=reading.headers, timeout=left) as answer:
            _check_status(answer)
            return _body(answer, reading)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        # A kept connection that the server had closed meanwhile: a new one may do.
        raise Retry("the server broke off", None, 0.0) from None
    except httpx.TimeoutException:
        raise BadAnswer("no answer within the deadline") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BadAnswer(f"cannot be reached ({type(error).__name__})") from None


def _check_status(answer: httpx.Response) -> None:
    status = answer.status_code
    if status in (429, 503):
        after = _retry_after(answer.headers.get("Retry-After"))
        if after is not None:
            raise Retry(f"HTTP {status}", status, after)
    if status != httpx.codes.OK:
        moved = "; redirects are not followed" if 300 <= status < 400 else ""
        raise BadAnswer(f"HTTP {status}{moved}", status)
    kind = answer.headers.get("Content-Type", "json").partition(";")[0].strip().lower()
    if not kind.endswith("json"):
        raise BadAnswer(f"the answer is {kind[:40]}, not JSON")


def _retry_after(value: str | None) -> float | None:
    """Seconds, from either form of the header (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - clock.now()).total_seconds())
    except (ValueError, TypeError):
        return None


def _body(answer: httpx.Response, reading: Reading) -> bytes:
    body = bytearray()
    for piece in _decoded(answer):
        body += piece
        if len(body) > LARGEST_PAGE:
            raise BadAnswer(f"the answer is larger than {LARGEST_PAGE // 2**20} MB")
        if reading.seconds_left <= 0:
            raise BadAnswer("no complete answer within the deadline")
    return bytes(body)


def _decoded(answer: httpx.Response) -> Iterator[bytes]:
    """The body in pieces of bounded size, however small it was packed (httpx would unpack a bomb whole)."""
    coding = answer.headers.get("Content-Encoding", "identity").lower()
    if coding == "identity":
        yield from answer.iter_raw()
        return
    if coding not in ("gzip", "deflate"):
        raise BadAnswer(f"the answer is packed as {coding[:20]}, which we did not ask for")
    unpack = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for packed in answer.iter_raw():
            while packed and not unpack.eof:
                yield unpack.decompress(packed, _PIECE)
                packed = unpack.unconsumed_tail
        yield unpack.flush()
    except zlib.error:
        raise BadAnswer("the answer cannot be unpacked") from None
    if not unpack.eof:
        raise BadAnswer("the answer was cut off")
