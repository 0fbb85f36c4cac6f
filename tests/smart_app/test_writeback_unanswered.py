"""What was sent and never answered is looked for before it is sent again."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug import Response

from cds_service.outside import clock
from cds_service.outside.ehr_writer import EhrWriter
from tests.smart_app.acting import blank, phq9, save, totals
from tests.smart_app.chart_ehr import WRITES, ChartEhr, html, status, story
from tests.smart_app.launching import launch, opened
from tests.smart_app.small_ehr import SmallEhr

READS = "launch openid fhirUser patient/*.rs"


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    ehr.patient, ehr.scope = "ines", f"{READS} {WRITES}"
    return ChartEhr(ehr, *story("ines"), *story("dana"))


@pytest.fixture
def chart(browser, ehr, fhir) -> str:
    return opened(launch(browser, ehr))


def silent(app: Any) -> None:
    """An EHR that does not answer is given up at once."""
    wiring = app.extensions["throughline"]
    object.__setattr__(wiring, "writer", EhrWriter(seconds=0.4))


def never(released: threading.Event) -> Any:
    def fault() -> Response:
        released.wait(5)
        return Response("{}", 500)

    return fault


@pytest.mark.parametrize("kept", [True, False], ids=["after it was kept", "before it was kept"])
@pytest.mark.parametrize("indexed", [True, False], ids=["with identifiers", "without identifiers"])
def test_what_timed_out_is_looked_for_before_it_is_sent_again(app, browser, chart, fhir, kept, indexed):
    silent(app)
    released = threading.Event()
    fhir.knows_identifiers = indexed
    fhir.keeps_first = kept
    fhir.hides_new = True
    fhir.write_faults["QuestionnaireResponse"] = iter([never(released)])
    form = blank(browser, chart) | phq9()

    first = save(browser, chart, form)
    released.set()
    fhir.hides_new = False
    second = save(browser, chart, form)

    assert first.status_code == 502
    assert "did not say whether this was written" in first.text
    assert "Look for it, and finish" in first.text
    assert second.status_code == 303, second.text
    assert len(fhir.written("QuestionnaireResponse")) == 1
    assert totals(fhir) == [16]
    assert fhir.writes.count(("POST", "QuestionnaireResponse")) == (1 if kept else 2)


@pytest.mark.parametrize("fault", [status(500), status(504), html], ids=["500", "504", "a sign-in page"])
def test_what_was_kept_in_spite_of_its_answer_needs_no_second_try(browser, chart, fhir, fault):
    fhir.keeps_first = True
    fhir.write_faults["Observation"] = iter([fault])

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 303
    assert totals(fhir) == [16]


def test_while_it_cannot_be_looked_for_it_is_not_sent_again(app, browser, chart, fhir):
    silent(app)
    released = threading.Event()
    fhir.write_faults["QuestionnaireResponse"] = iter([never(released)])
    fhir.faults["QuestionnaireResponse"] = status(500)
    form = blank(browser, chart) | phq9()

    save(browser, chart, form)
    released.set()
    answer = save(browser, chart, form)

    assert answer.status_code == 502
    assert fhir.writes == [("POST", "QuestionnaireResponse")]


def test_a_sign_in_page_instead_of_an_answer_is_not_taken_for_success(browser, chart, fhir):
    fhir.write_faults["QuestionnaireResponse"] = iter([html])

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 502
    assert "did not say whether this was written" in answer.text
    assert fhir.written("Observation") == []


def test_what_a_killed_process_left_is_looked_for_before_it_is_sent_again(app, browser, chart, fhir):
    form = blank(browser, chart) | phq9()
    save(browser, chart, form)
    with app.extensions[
        "throughline"
    ].database.transaction() as connection:  # as it stood after the first POST
        parts = '[["answers","QuestionnaireResponse","begun","",""]]'
        lapsed = (clock.now() - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
        change = "UPDATE ehr_write SET state = 'begun', parts = :parts, claimed_until = :lapsed"
        connection.execute(text(change), {"parts": parts, "lapsed": lapsed})
    sent = len(fhir.writes)

    answer = save(browser, chart, form)

    assert answer.status_code == 303
    assert ("POST", "QuestionnaireResponse") not in fhir.writes[sent:]
    assert len(fhir.written("QuestionnaireResponse")) == 1


def test_resources_of_another_patient_are_not_taken_for_ours(browser, chart, fhir, app):
    silent(app)
    released = threading.Event()
    fhir.write_faults["QuestionnaireResponse"] = iter([never(released)])
    form = blank(browser, chart) | phq9()
    save(browser, chart, form)
    released.set()
    found = {
        "resourceType": "QuestionnaireResponse",
        "id": "foreign",
        "subject": {"reference": "Patient/dana"},
        "source": {"reference": "Patient/ines"},
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:throughline:{form['_key']}:answers"},
    }
    fhir.resources.append(found)

    answer = save(browser, chart, form)

    assert answer.status_code == 303
    assert len(fhir.written("QuestionnaireResponse")) == 1
