"""The chart page while its sources answer: what is known is sent at once, the rest in the same answer.

The page is made of blocks. The first look sends all of them, with placeholders for what is awaited. Then,
each time answers have come, the blocks are made again and those that changed are sent as `<template
data-for>`; a few lines of chart.js put each in its place. A browser without script asks for the whole page
instead.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import structlog
from flask import Response, render_template, request, stream_with_context
from markupsafe import Markup

from cds_service.outside.telemetry import failures
from measures.time import Period
from smart_app.care.appointments import bookings
from smart_app.care.chart import chart
from smart_app.care.consent import CONSENT_LINE, CONSENT_MEANING
from smart_app.care.material import Material
from smart_app.care.origin import Origin, origin
from smart_app.care.risk_of_chart import RiskShown, no_risk, shown_risk
from smart_app.care.scale import SPAN_TITLES, SPAN_WORDS, SPANS, Span
from smart_app.gap_closing import gap_closing
from smart_app.pages.reading import ChartReading, Reading
from smart_app.session import OpenChart, wiring
from smart_app.unsaved import waiting

_log = structlog.get_logger()

FIRST_LOOK = "CHART_FIRST_LOOK_SECONDS"
"""In `app.config`: how long the page waits for answers before it is begun without the late ones."""

FIRST_LOOK_SECONDS = 0.3
WAVE_SECONDS = 0.25  # answers that come so close together are shown together

BLOCKS = ("top", "safety", "transition", "risk", "gaps", "timeline", "foot")
_GZIP = 31  # zlib's wbits for a gzip header


class ArrivingPage:
    """One chart page being sent: remembers which blocks the browser has."""

    def __init__(self, opened: OpenChart, span: Span) -> None:
        self._opened = opened
        self._span = span
        self._sent: dict[str, str] = {}
        self._safety_was_awaited = (
            False  # its line then stays, whatever it says: what stands below must not jump
        )

    def first(self, read: Reading) -> str:
        """The page, with placeholders for what is awaited; whole when nothing is."""
        self._safety_was_awaited = read.awaits("Observation")
        context = self._context(read)
        self._sent = self._blocks(context)
        framed = {name: Markup(held) for name, held in self._sent.items()}  # noqa: S704  (templates escaped it)
        return render_template("chart.html", **context, blocks=framed)

    def changed(self, read: Reading) -> str:
        """The blocks that differ from what was sent, each in a template."""
        blocks = self._blocks(self._context(read))
        late = {name: held for name, held in blocks.items() if held != self._sent[name]}
        self._sent |= late
        sent = "".join(f'<template data-for="{name}">{held}</template>' for name, held in late.items())
        return f"{sent}<i hidden data-wave></i>\n"

    def _blocks(self, context: dict[str, Any]) -> dict[str, str]:
        blocks = {name: render_template(f"chart/{name}.html", **context) for name in BLOCKS}
        for view in context["chart"].panels:
            blocks[view.panel.key] = render_template("chart/panel.html", view=view, **context)
        return blocks

    def _context(self, read: Reading) -> dict[str, Any]:
        """What every block is made from. Raises ValueError where the patient was not read."""
        if read.record is None:
            raise ValueError("there is no chart without the patient")
        today = self._opened.host_ehr.today()
        material = Material(
            read.record, today, bookings(read.resources, self._opened.patient_id, today), read.provenance
        )
        results = wiring().catalog.evaluate(read.record, Period.year(today.year), as_of=today)
        return {
            "chart": chart(material, results, self._span, **self._risk(read, today)),
            "closing": gap_closing(self._opened, read.record, read.resources, results, today),
            "unsaved": waiting(self._opened),
            "origin": origin_of(self._opened, read),
            "arriving": read.awaits(),
            "safety_was_awaited": self._safety_was_awaited,
            "left_out": read.left_out,
            "need_patient_banner": self._opened.need_patient_banner,
            "consent_line": CONSENT_LINE,
            "consent_meaning": CONSENT_MEANING,
            "spans": SPANS,
            "span_words": SPAN_WORDS,
            "span_titles": SPAN_TITLES,
        }

    def _risk(self, read: Reading, today: date) -> RiskShown:
        """The risk once everything was read: half a record would give half a risk. Its trouble is its own."""
        if read.record is None or read.awaits():
            return no_risk("")
        try:
            risk, host_ehr = wiring().risk, self._opened.host_ehr.name
            found = risk.of(host_ehr, read.record, today, with_others=True)
            told = risk.course(host_ehr, read.record, found) if found else ()
            beside = risk.of_beside(host_ehr, read.record, today)
        except Exception as error:  # noqa: BLE001  without a risk the chart is still true
            _log.error("risk not computed", exc_info=error)
            failures.labels("risk").inc()
            return no_risk("Risk could not be computed.")
        if found is None:
            return no_risk("Risk is switched off.")
        return shown_risk(found, risk.in_use().policy, today, told, beside)


def origin_of(opened: OpenChart, read: Reading) -> Origin:
    """Where the page's data came from, and what became of each question."""
    found = read.found
    others = ((one.source, one.loaded_at.date()) for one in read.other_sources)
    return origin(found.found_at, opened.host_ehr.name, found.states, found.notes, others)


def streamed(page: ArrivingPage, reading: ChartReading, read: Reading) -> Response:
    """The page as it arrives."""

    def parts() -> Iterator[str]:
        body, end, after = page.first(read).rpartition("</body>")
        yield body
        latest = read
        while latest.awaits():
            before, latest = latest, reading.within(WAVE_SECONDS)
            if latest.found.states != before.found.states:
                yield page.changed(latest)
        yield end + after

    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(mimetype="text/html")
    response.response = stream_with_context(_gzipped(parts())) if packed else stream_with_context(parts())
    response.headers["X-Accel-Buffering"] = "no"  # a proxy in front passes each part on as it comes
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _gzipped(parts: Iterable[str]) -> Iterator[bytes]:
    """Each part flushed, so that the browser can show it before the next one comes."""
    packing = zlib.compressobj(wbits=_GZIP)
    for part in parts:
        yield packing.compress(part.encode()) + packing.flush(zlib.Z_SYNC_FLUSH)
    yield packing.flush()
