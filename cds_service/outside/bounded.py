"""An HTTP client for servers that may misbehave: no redirects, no cookies, a largest body, a latest end.

httpx's own timeouts are per read, so a body of one byte a second would hold a thread for ever; a few
compressed kilobytes can unpack to gigabytes; and a cookie set for one user's request would be sent with the
next user's. What goes over a limit ends with an `httpx.HTTPError`, like any other failure.
"""

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from cds_service.outside import clock

_ABOUT_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Overlong(httpx.RequestError):
    """The answer was larger, or took longer, than this client accepts."""


class BoundedClient(httpx.Client):
    """httpx.Client whose every answer is complete, at most `most_bytes` unpacked, within `most_seconds`."""

    def __init__(self, *, most_bytes: int = 1_000_000, most_seconds: float = 10.0, **options: Any) -> None:
        no_cookies = CookieJar(policy=DefaultCookiePolicy(allowed_domains=()))
        timeout = httpx.Timeout(most_seconds / 2)
        super().__init__(follow_redirects=False, timeout=timeout, cookies=no_cookies, **options)
        self.most_bytes = most_bytes
        self.most_seconds = most_seconds

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """As httpx.Client.send, but the body is always read, here, in pieces that are counted."""
        give_up_at = clock.monotonic() + self.most_seconds
        response = super().send(request, **options | {"stream": True})
        try:
            body = self._read(response, give_up_at)
        finally:
            response.close()
        headers = [pair for pair in response.headers.multi_items() if pair[0] not in _ABOUT_THE_WIRE]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)

    def _read(self, response: httpx.Response, give_up_at: float) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self.most_bytes:
                raise Overlong(f"the answer is larger than {self.most_bytes} bytes", request=response.request)
            if clock.monotonic() > give_up_at:
                raise Overlong(f"the answer took longer than {self.most_seconds} s", request=response.request)
        return bytes(body)
