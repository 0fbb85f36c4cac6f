"""What a clinician saves is written once, or it is said truthfully that it was not."""

from __future__ import annotations

import itertools
import re
import threading

import pytest
from sqlalchemy import text

from tests.smart_app.acting import OUR_PAGE, blank, phq9, save, totals
from tests.smart_app.chart_ehr import WRITES, ChartEhr, status, story
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


def test_a_saved_form_is_written_as_answers_and_results_that_refer_to_them(browser, chart, fhir):
    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 303, answer.text
    (response,) = fhir.written("QuestionnaireResponse")
    assert totals(fhir) == [16]
    assert {r["derivedFrom"][0]["reference"] for r in fhir.written("Observation")} == {
        f"QuestionnaireResponse/{response['id']}"
    }
    assert {r["subject"]["reference"] for r in fhir.written("Observation")} == {"Patient/ines"}
    assert "telehealth" in str(response["extension"])
    assert len(response["item"]) == 9


def test_without_a_scope_for_the_answers_the_score_carries_them(browser, ehr, fhir):
    ehr.scope = f"{READS} patient/Observation.c"
    chart = opened(launch(browser, ehr))

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 303
    assert fhir.written("QuestionnaireResponse") == []
    total = next(r for r in fhir.written("Observation") if "component" in r)
    assert len(total["component"]) == 9


@pytest.mark.parametrize("scope", ["patient/DocumentReference.c", "patient/DocumentReference.write"])
def test_where_only_documents_may_be_written_the_result_is_one(browser, ehr, fhir, scope):
    ehr.scope = f"{READS} {scope}"
    chart = opened(launch(browser, ehr))

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 303
    assert [kind for _, kind in fhir.writes] == ["DocumentReference"]
    (document,) = fhir.written("DocumentReference")
    assert document["description"] == "PHQ-9 16, moderately severe"


def test_where_nothing_may_be_written_the_text_is_shown_and_it_says_so(browser, ehr, fhir):
    ehr.scope = READS
    chart = opened(launch(browser, ehr))

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 200
    assert "Nothing was written to the EHR." in answer.text
    assert "Trouble falling or staying asleep" in answer.text
    assert "Try again" not in answer.text
    assert fhir.writes == []


def test_an_ehr_that_refuses_observations_is_given_a_document(browser, chart, fhir):
    for kind in ("Observation", "QuestionnaireResponse"):
        fhir.write_faults[kind] = itertools.repeat(status(403))

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 303
    assert len(fhir.written("DocumentReference")) == 1


def test_the_same_form_sent_twice_is_written_once(browser, chart, fhir):
    form = blank(browser, chart) | phq9()

    first, second = save(browser, chart, form), save(browser, chart, form)

    assert (first.status_code, second.status_code) == (303, 303)
    assert totals(fhir) == [16]


def test_the_same_form_sent_twice_at_once_is_written_once(app, browser, chart, fhir):
    form = blank(browser, chart) | phq9()
    path = re.sub(r"^http://[^/]+", "", chart)
    cookie = browser.get_cookie("throughline_chart", path=path)
    both = threading.Barrier(2)
    answers: list[int] = []

    def send() -> None:
        client = app.test_client()
        client.set_cookie("throughline_chart", cookie.value, path=path)
        both.wait()
        answers.append(save(client, chart, form).status_code)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert totals(fhir) == [16]
    assert len(fhir.written("QuestionnaireResponse")) == 1
    assert answers.count(303) >= 1
    assert set(answers) <= {303, 409}


def test_a_key_used_for_other_answers_is_a_conflict_and_changes_nothing(browser, chart, fhir):
    form = blank(browser, chart)
    save(browser, chart, form | phq9())

    answer = save(browser, chart, form | phq9("000000000"))

    assert answer.status_code == 409
    assert "other answers" in answer.text
    assert totals(fhir) == [16]


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_ehr_has_nothing_and_can_be_tried_again(browser, chart, fhir, code):
    fhir.write_faults["QuestionnaireResponse"] = iter([status(code)])
    form = blank(browser, chart) | phq9()

    first, second = save(browser, chart, form), save(browser, chart, form)

    assert first.status_code == 502
    assert "Nothing was written to the EHR." in first.text
    assert second.status_code == 303
    assert totals(fhir) == [16]


@pytest.mark.parametrize("code", [409, 412])
def test_a_conflict_is_told_as_one(browser, chart, fhir, code):
    fhir.write_faults["QuestionnaireResponse"] = iter([status(code)])

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 409
    assert "conflict" in answer.text


def test_answers_without_the_score_are_told_as_a_part_and_can_be_finished(browser, chart, fhir):
    fhir.write_faults["Observation"] = iter([status(503)])
    form = blank(browser, chart) | phq9()

    first = save(browser, chart, form)
    assert "Only a part of this was written to the EHR." in first.text
    assert "The answers</b>: written to the EHR" in first.text
    second = save(browser, chart, form)

    assert second.status_code == 303
    assert totals(fhir) == [16]
    assert len(fhir.written("QuestionnaireResponse")) == 1


def test_a_token_refused_in_the_middle_is_renewed_once_and_nothing_is_written_twice(browser, chart, fhir):
    fhir.write_faults["Observation"] = iter([status(401)])

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert answer.status_code == 303
    assert len(fhir.written("QuestionnaireResponse")) == 1
    assert totals(fhir) == [16]


def test_when_the_launch_is_over_in_the_middle_it_can_be_finished_after_the_next(app, browser, ehr, fhir):
    ehr.change_tokens = lambda answer: answer | {"refresh_token": None}
    chart = opened(launch(browser, ehr))
    form = blank(browser, chart) | phq9()
    fhir.write_faults["Observation"] = iter([status(401)])

    first = save(browser, chart, form)
    again = opened(launch(browser, ehr))
    fresh = blank(browser, again)
    second = save(browser, again, form | {"csrf_token": fresh["csrf_token"]})

    assert first.status_code == 401
    assert second.status_code == 303, second.text
    assert len(fhir.written("QuestionnaireResponse")) == 1
    assert totals(fhir) == [16]


def test_a_form_for_another_patient_is_a_conflict_and_writes_nothing(browser, chart, fhir):
    answer = save(browser, chart, blank(browser, chart) | phq9() | {"_patient": "dana"})

    assert answer.status_code == 409
    assert fhir.writes == []


@pytest.mark.parametrize(
    ("headers", "token", "expected"),
    [
        (OUR_PAGE, True, 303),
        ({"Origin": "http://127.0.0.1:8000"}, True, 303),
        ({"Origin": "null"}, True, 303),  # an old browser, from our own page
        ({}, True, 303),
        (OUR_PAGE, False, 403),
        ({}, False, 403),
        ({"Origin": "https://evil.example"}, True, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, True, 403),
    ],
)
def test_only_a_form_of_our_own_page_is_acted_on(browser, chart, fhir, headers, token, expected):
    form = blank(browser, chart) | phq9()
    if not token:
        form.pop("csrf_token")

    answer = browser.post(f"{chart}/assess/phq-9", data=form, headers=headers)

    assert answer.status_code == expected
    assert bool(fhir.writes) is (expected == 303)


def test_the_token_of_one_chart_is_of_no_use_in_another(browser, ehr, fhir):
    one, other = opened(launch(browser, ehr)), opened(launch(browser, ehr))

    answer = save(browser, other, blank(browser, one) | phq9())

    assert answer.status_code == 403
    assert fhir.writes == []


def test_each_write_is_audited_before_and_after_by_ids_alone(app, browser, chart, fhir):
    save(browser, chart, blank(browser, chart) | phq9())

    with app.extensions["throughline"].database.reading() as connection:
        rows = connection.execute(text("SELECT action, detail FROM audit_event ORDER BY seq")).all()
    actions = [row.action for row in rows]
    assert actions[-2:] == ["ehr-write-begun", "ehr-write"]
    assert all(f"Observation/{one['id']}" in rows[-1].detail for one in fhir.written("Observation"))
    assert "moderately" not in " ".join(row.detail for row in rows)


def test_what_cannot_be_audited_is_not_written(app, browser, chart, fhir):
    form = blank(browser, chart) | phq9()
    with app.extensions["throughline"].database.transaction() as connection:
        connection.execute(text("DELETE FROM audit_head"))

    answer = save(browser, chart, form)

    assert answer.status_code == 503
    assert fhir.writes == []
