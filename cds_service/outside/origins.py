"""Web addresses, compared exactly.

Who may be called is decided by equality of normalised origins, never by a guess at what an address resolves
to. `127.1`, `2130706433`, a trailing dot or `user@` are other spellings of a host: refused, not understood.
"""

import ipaddress
import re
from urllib.parse import urlsplit

_DEFAULT_PORT = {"https": 443, "http": 80}
_LABEL = re.compile(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?")
_ADDRESS = re.compile(r"[!#-\[\]-~]+")  # printable ASCII without space, quote and backslash


class BadAddress(ValueError):
    """An address that is not a plain http(s) URL; the message says which part is wrong."""


def origin(address: str) -> str:
    """`scheme://host[:port]` of an address: lower case, default port left out.

    Raises BadAddress for anything but http(s), for userinfo, odd spellings of a host and impossible ports.
    """
    scheme, host, port = _taken_apart(address)
    return f"{scheme}://{host}" if port == _DEFAULT_PORT[scheme] else f"{scheme}://{host}:{port}"


def is_loopback(address: str) -> bool:
    """True when the address names this machine: 127.0.0.1, [::1] or localhost, in exactly these spellings."""
    return _taken_apart(address)[1] in {"127.0.0.1", "[::1]", "localhost"}


def checked_address(address: str) -> str:
    """The address itself when it may be called: https, or http on loopback; no query and no fragment.

    Raises BadAddress. Scheme and host come back in lower case, the path as written, without a trailing slash.
    """
    home = checked_origin_of(address)
    parts = urlsplit(address)
    if parts.query or parts.fragment or address.endswith(("?", "#")):
        raise BadAddress(f"{address!r} has a query or fragment; write the address without it")
    return home + parts.path.rstrip("/")


def checked_origin(address: str) -> str:
    """A bare origin that may be trusted: https, or http on loopback; BadAddress when a path follows."""
    home = checked_origin_of(address)
    if urlsplit(address).path not in {"", "/"} or "?" in address or "#" in address:
        raise BadAddress(f"{address!r} is more than an origin; write {home}")
    return home


def checked_origin_of(address: str) -> str:
    """The origin of any address that may be called; BadAddress when it is http and not loopback."""
    home = origin(address)
    if home.startswith("http:") and not is_loopback(home):
        raise BadAddress(
            f"{address!r} is plain http; use https (http is for 127.0.0.1, [::1] and localhost only)"
        )
    return home


def _taken_apart(address: str) -> tuple[str, str, int]:
    if not _ADDRESS.fullmatch(address) or len(address) > 2000:
        raise BadAddress(
            f"{address[:200]!r} is not a web address: spaces, quotes or other characters no URL has"
        )
    try:
        parts = urlsplit(address)
        port, name = parts.port, parts.hostname
    except ValueError as error:
        raise BadAddress(f"{address!r} is not a web address: {error}") from None
    if parts.scheme not in _DEFAULT_PORT:
        raise BadAddress(f"{address!r} does not begin with https:// (or http:// on loopback)")
    if "@" in parts.netloc:
        raise BadAddress("the address carries a user name or password; write it without")
    if not name:
        raise BadAddress(f"{address!r} names no host")
    if port == 0 or parts.netloc.endswith(":"):
        raise BadAddress(f"{address!r} has an impossible port")
    return parts.scheme, _host(name, "[" in parts.netloc, address), port or _DEFAULT_PORT[parts.scheme]


def _host(name: str, bracketed: bool, address: str) -> str:
    if bracketed:
        try:
            return (
                f"[{ipaddress.IPv6Address(name.replace('%', ' ')).compressed}]"  # no zone: it is local to us
            )
        except ValueError:
            raise BadAddress(f"{address!r}: [{name}] is not an IPv6 address") from None
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadAddress(f"{address!r}: {name!r} is not a host name in its plain spelling")
    if labels[-1].isdigit() or labels[-1].startswith(
        "0x"
    ):  # numeric: only a full dotted quad is one spelling
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise BadAddress(f"{address!r}: write the IPv4 address as four plain numbers") from None
    return name
