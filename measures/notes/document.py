"""Plain text out of a DocumentReference: text/plain and text/html that it carries itself, within bounds."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

MOST_BYTES = 256 * 1024
"""A longer note is not read: no clinician wrote it."""

_CELLS = frozenset(("td", "th"))
_BLOCKS = frozenset(
    ("p", "div", "br", "li", "ul", "ol", "tr", "table", "section", "article", "header", "footer", "pre", "hr")
) | {f"h{n}" for n in range(1, 7)}
_UNSEEN = frozenset(("script", "style", "head", "template"))


@dataclass(frozen=True)
class NoteText:
    """The text, or why it was not read."""

    text: str = ""
    not_read: str = ""


def note_text(document: dict[str, Any]) -> NoteText:
    """The first attachment that can be read; otherwise why the first could not."""
    contents = document.get("content")
    attachments = [
        content["attachment"]
        for content in (contents if isinstance(contents, list) else ())
        if isinstance(content, dict) and isinstance(content.get("attachment"), dict)
    ]
    if not attachments:
        return NoteText(not_read="the document has no attachment")
    read = [_read(attachment) for attachment in attachments]
    return next((one for one in read if not one.not_read), read[0])


def _read(attachment: dict[str, Any]) -> NoteText:
    kind, charset = _content_type(attachment.get("contentType"))
    if kind not in ("text/plain", "text/html"):
        return NoteText(not_read=f"not read: {kind or 'no content type'}")
    data = attachment.get("data")
    if not isinstance(data, str) or not data:
        return NoteText(not_read="not read: the text is kept elsewhere")
    if len(data) > MOST_BYTES * 4 // 3 + 4:
        return NoteText(not_read=f"not read: longer than {MOST_BYTES // 1024} KB")
    try:
        text = base64.b64decode("".join(data.split()), validate=True).decode(charset)
    except (binascii.Error, ValueError):
        return NoteText(not_read=f"not read: not {charset} in base64")
    return NoteText(_seen(text) if kind == "text/html" else text)


def _content_type(stated: object) -> tuple[str, str]:
    """Media type and charset; UTF-8 where none is stated or it is unknown."""
    if not isinstance(stated, str) or not stated.strip():
        return "", "utf-8"
    message = EmailMessage()
    message["Content-Type"] = " ".join(stated.split())
    charset = message.get_content_charset() or "utf-8"
    try:
        codecs.lookup(charset)
    except LookupError:
        charset = "utf-8"
    return message.get_content_type(), charset


class _Seen(HTMLParser):
    """What a browser would show, each block on a line of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden = 0 if tag == "body" else self._hidden + (tag in _UNSEEN)
        if tag in _CELLS:
            self.parts.append(" | ")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN and self._hidden > 0
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def _seen(html: str) -> str:
    parser = _Seen()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()).strip(" |") for line in "".join(parser.parts).splitlines())
    return "\n".join(line for line in lines if line)
