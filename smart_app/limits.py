"""Floods: so many requests a minute, counted for each chart, and for each sender where there is no chart.

One hospital may come from one address, so the numbers stop a flood, not a busy morning. Each process counts
for itself. CDS calls are not counted here: they carry a client's token.
"""

from __future__ import annotations

from flask import Blueprint, Flask, request
from flask_limiter import Limiter

REQUESTS_PER_MINUTE = 600
_NEVER_LIMITED = frozenset({"static", "health.livez", "health.readyz", "health.metrics"})


def limit_floods(app: Flask, *, exempt: Blueprint) -> None:
    """Answer 429, with Retry-After, to whoever sends more than REQUESTS_PER_MINUTE to one kind of page."""
    limiter = Limiter(
        _sender,
        app=app,
        default_limits=[f"{REQUESTS_PER_MINUTE} per minute"],
        storage_uri="memory://",
    )

    @limiter.request_filter
    def always_answered() -> bool:
        return request.blueprint == exempt.name or request.endpoint in _NEVER_LIMITED


def _sender() -> str:
    launch_id = (request.view_args or {}).get("launch_id")
    return f"launch {launch_id}" if launch_id else f"address {request.remote_addr}"
