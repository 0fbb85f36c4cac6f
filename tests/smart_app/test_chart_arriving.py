"""The chart page as it is sent: what is known at once, the rest when it comes, all of it in one answer."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from threading import Event

import pytest
from sqlalchemy import select
from werkzeug import Response

from cds_service.outside.tables.audit import AuditEventRow
from smart_app.pages.arriving import FIRST_LOOK
from tests.smart_app.chart_ehr import ChartEhr, status, story
from tests.smart_app.launching import launch, opened
from tests.smart_app.small_ehr import SmallEhr

LATE = re.compile(r'<template data-for="([\w-]+)">(.*?)</template>', re.DOTALL)
LONGEST_WAIT = 3.0


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    ehr.patient = "ines"
    return ChartEhr(ehr, *story("ines"))


@pytest.fixture
def gate(app, fhir) -> Iterator[Event]:
    """The care team waits until this is set; the page is begun without it."""
    app.config[FIRST_LOOK] = 1.0
    opens = Event()

    def answer() -> Response:
        opens.wait(LONGEST_WAIT)
        del fhir.faults["CareTeam"]
        team = next(r for r in fhir.resources if r["resourceType"] == "CareTeam")
        bundle = {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{"resource": team}]}
        return Response(json.dumps(bundle), content_type="application/fhir+json")

    fhir.faults["CareTeam"] = answer
    yield opens
    opens.set()


def parts(browser, chart: str, headers: dict[str, str] | None = None) -> Iterator[bytes]:
    response = browser.get(chart + "/", headers=headers or {}, buffered=False)
    assert response.status_code == 200
    return response.iter_encoded()


def test_what_is_known_is_sent_before_the_rest_has_come(browser, ehr, gate):
    arriving = parts(browser, opened(launch(browser, ehr)))
    first = next(arriving).decode()

    assert "escitalopram" in first
    assert "Still reading the care team." in first
    assert "Rosa Kettleburn" not in first
    assert "</body>" not in first
    gate.set()
    rest = b"".join(arriving).decode()

    assert "Rosa Kettleburn" in rest
    assert rest.rstrip().endswith("</html>")


def test_only_the_blocks_that_changed_are_sent_again(browser, ehr, gate):
    arriving = parts(browser, opened(launch(browser, ehr)))
    next(arriving)
    gate.set()

    late = dict(LATE.findall(b"".join(arriving).decode()))
    assert {"top", "care-team", "foot"} <= set(late)
    assert not {"gaps", "medications", "problems", "timeline"} & set(late)
    assert "14 sources" in late["foot"]


def test_a_source_that_never_answers_ends_as_failed(browser, ehr, app, fhir, gate):
    fhir.faults["CareTeam"] = status(500)
    app.config[FIRST_LOOK] = 0.0
    text = b"".join(parts(browser, opened(launch(browser, ehr)))).decode()
    last = [held for name, held in LATE.findall(text) if name == "care-team"]

    assert "Failed: couldn&#39;t read the care team" in (last[-1] if last else text)


def test_each_part_can_be_unpacked_when_it_comes(browser, ehr, gate):
    arriving = parts(browser, opened(launch(browser, ehr)), {"Accept-Encoding": "gzip"})
    unpacking = zlib.decompressobj(wbits=31)
    first = next(arriving)
    gate.set()

    assert b"escitalopram" in unpacking.decompress(first)
    assert gzip.decompress(first + b"".join(arriving)).rstrip().endswith(b"</html>")


def test_a_page_that_is_whole_at_the_first_look_is_sent_whole(browser, ehr, fhir):
    text = browser.get(opened(launch(browser, ehr)) + "/").text

    assert LATE.findall(text) == []
    assert "<noscript>" not in text


def test_without_script_the_whole_page_is_asked_for(browser, ehr, gate):
    chart = opened(launch(browser, ehr))
    first = next(parts(browser, chart)).decode()
    address = re.search(r'<noscript><meta http-equiv="refresh" content="0; url=([^"]+)"', first)
    gate.set()

    assert address is not None
    assert "Rosa Kettleburn" in browser.get(f"{chart}/{address[1].replace('&amp;', '&')}").text


def test_it_is_audited_before_the_first_part_is_sent(app, browser, ehr, gate):
    response = browser.get(opened(launch(browser, ehr)) + "/", buffered=False)
    with app.extensions["throughline"].database.reading() as connection:
        actions = connection.execute(select(AuditEventRow.action)).scalars().all()
    gate.set()
    response.close()

    assert "chart-view" in actions
