"""An answer that the browser saves as a file."""

from __future__ import annotations

from flask import Response


def as_download(body: str | bytes, mimetype: str, name: str) -> Response:
    """`name` is what the file is called; letters, digits, hyphens and dots, as it is not quoted further."""
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
