"""The text of a DocumentReference, or why it was not read."""

from __future__ import annotations

import base64

import pytest

from measures.notes import NoteText, note_text, offered, scan
from measures.notes.document import MOST_BYTES


def document(text: str | bytes, kind: str = "text/plain", **more: object) -> dict:
    data = base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()
    return {"content": [{"attachment": {"contentType": kind, "data": data, **more}}]}


def attached(**elements: str) -> dict:
    return {"content": [{"attachment": {"contentType": "text/plain", **elements}}]}


def test_plain_text_is_read():
    assert note_text(document("PHQ-9 = 17 – today")) == NoteText("PHQ-9 = 17 – today")


def test_a_charset_is_followed():
    assert note_text(document("naïve".encode("latin-1"), "text/plain; charset=iso-8859-1")).text == "naïve"
    assert note_text(document("plain", "text/plain; charset=nobody-knows")).text == "plain"


def test_html_is_read_as_a_browser_shows_it():
    html = (
        "<html><head><title>no</title><style>p {}</style></head>"
        "<body><h1>Visit</h1><p>PHQ-9 <b>17</b></p>"
        "<table><tr><td>GAD-7</td><td>12</td></tr></table><script>PHQ-9 = 3</script>"
        "Mood &amp; sleep&nbsp;fair"
        "</body></html>"
    )
    text = note_text(document(html, "text/html")).text

    assert text == "Visit\nPHQ-9 17\nGAD-7 | 12\nMood & sleep fair"
    assert [(m.instrument, m.value) for m in offered(scan(text))] == [("phq-9", 17), ("gad-7", 12)]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({}, "the document has no attachment"),
        ({"content": "x"}, "the document has no attachment"),
        ({"content": [None, {"attachment": "x"}]}, "the document has no attachment"),
        (document("x", "application/pdf"), "not read: application/pdf"),
        (document("x", ""), "not read: no content type"),
        (document("{}", "text/rtf"), "not read: text/rtf"),
        (attached(url="Binary/1"), "not read: the text is kept elsewhere"),
        (attached(data="%%%"), "not read: not utf-8 in base64"),
        (document(b"\xff\xfe\x00", "text/plain"), "not read: not utf-8 in base64"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(raw: dict, why: str):
    assert note_text(raw) == NoteText(not_read=why)


def test_the_first_attachment_that_can_be_read_is():
    both = {"content": document("x", "application/pdf")["content"] + document("PHQ-9 5")["content"]}

    assert note_text(both).text == "PHQ-9 5"


def test_a_note_may_be_so_long_and_no_longer():
    assert len(note_text(document("x" * MOST_BYTES)).text) == MOST_BYTES
    assert note_text(document("x" * (MOST_BYTES + 6))).not_read == "not read: longer than 256 KB"


def test_html_that_is_never_closed_is_read():
    assert note_text(document("<head><title>x<body>PHQ-9 9<p>more", "text/html")).text.endswith("more")
