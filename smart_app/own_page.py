"""Whether a request was sent by one of our own pages, as far as the browser tells."""

from __future__ import annotations

from flask import current_app, request


def browser_says_our_page() -> bool | None:
    """True or False as the browser says; None from an old one that says nothing.

    A form sent from a page with `Referrer-Policy: no-referrer` says `Origin: null`; Sec-Fetch-Site, which no
    page can forge, then tells (Fetch Metadata). Old browsers send neither.
    """
    origin, site = request.headers.get("Origin", "null"), request.headers.get("Sec-Fetch-Site")
    if origin == current_app.extensions["throughline"].settings.origin or site == "same-origin":
        return True
    return None if origin == "null" and site is None else False
