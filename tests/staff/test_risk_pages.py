"""The worklist, the models and the switch as staff meet them: who sees what, what is kept and audited."""

from __future__ import annotations

import pytest

from cds_service.outside import clock
from cds_service.outside.registry import HostEhr
from cds_service.risk import Risk
from measures.record import PatientRecord
from measures.vocabulary import starter_vocabulary
from tests.risk.models import in_shadow, promotable
from tests.staff.browsing import audited

LIST, MODELS, SWITCH = "/staff/worklist/", "/staff/risk/", "/staff/risk/switch"


def person(number: int, name: str, emergencies: int) -> PatientRecord:
    """Somebody with so many emergency visits of yesterday's."""
    identity = f"p{number:04}"
    day = clock.today().isoformat()
    visits = [
        {
            "resourceType": "Encounter",
            "id": f"e{number}-{one}",
            "status": "finished",
            "class": {"code": "EMER"},
            "subject": {"reference": f"Patient/{identity}"},
            "period": {"start": day, "end": day},
        }
        for one in range(emergencies)
    ]
    patient = {
        "resourceType": "Patient",
        "id": identity,
        "birthDate": "1980-05-01",
        "name": [{"text": name}],
    }
    return PatientRecord(patient, visits, starter_vocabulary())


@pytest.fixture
def risk(app) -> Risk:
    """Riverside's panel: 1,200 people, 120 on the list; the highest is called like a formula."""
    parts = app.extensions["throughline"]
    parts.host_ehrs.add(
        HostEhr.model_validate({"name": "riverside", "fhir_base": "https://ehr.riverside.example/fhir"})
    )
    people = [person(n, f"Person {n}", 1 + (n % 2)) for n in range(1, 1_200)]
    people.append(person(0, '=HYPERLINK("http://evil.example")<script>', 3))
    parts.risk.refresh("riverside", people, clock.today())
    return parts.risk


def test_a_coordinator_sees_fifty_a_page_the_highest_first_and_it_is_audited(app, risk, signed_in):
    browser = signed_in("coordinator")
    page = browser.get(LIST).text

    assert "120 of 120 patients, page 1 of 3" in page
    assert page.count('data-label="Place"') == 50
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page.split("<main")[1]
    assert "expert points: not a probability" in page
    assert browser.get(f"{LIST}?page=3").text.count('data-label="Place"') == 20
    assert browser.get(f"{LIST}?page=99").status_code == 200
    assert [row for row in audited(app) if "worklist-read" in row]


def test_the_table_for_a_spreadsheet_runs_no_formula(risk, signed_in):
    answer = signed_in("coordinator").get(f"{LIST}worklist.csv")

    assert answer.mimetype == "text/csv"
    lines = answer.text.splitlines()
    assert len(lines) == 121
    assert """"'=HYPERLINK(""" in lines[1]


def test_filters_show_a_part_are_kept_and_forgotten(risk, signed_in):
    browser = signed_in("coordinator")
    browser.send(f"{LIST}take", on=LIST, ehr="riverside", patient="p0000")

    assert "1 of 120 patients" in browser.get(f"{LIST}?owner=coordinator").text
    assert "119 of 120 patients" in browser.get(f"{LIST}?owner=nobody").text
    assert "No line fits" in browser.get(f"{LIST}?text=zzz").text
    browser.send(f"{LIST}filter", on=LIST, ehr="riverside", owner="coordinator")
    assert "1 of 120 patients" in browser.get(LIST).text
    browser.send(f"{LIST}filter", on=LIST, ehr="riverside", forget="1")
    assert "120 of 120 patients" in browser.get(LIST).text


def test_a_patient_is_taken_and_given_back_by_coordinators_only(app, risk, signed_in):
    coordinator, quality = signed_in("coordinator"), signed_in("quality")

    assert quality.send(f"{LIST}take", on=LIST, ehr="riverside", patient="p0000").status_code == 403
    coordinator.send(f"{LIST}take", on=LIST, ehr="riverside", patient="p0000")
    assert risk.worklists.owners("riverside") == {"p0000": "coordinator"}
    coordinator.send(f"{LIST}take", on=LIST, ehr="riverside", patient="p0000", back="1")
    assert risk.worklists.owners("riverside") == {}
    answer = coordinator.send(
        f"{LIST}take", on=LIST, ehr="riverside", patient="p0000", owner="nobody", page="2"
    )
    assert answer.location == f"{LIST}?ehr=riverside&owner=nobody&page=2"
    coordinator.send(f"{LIST}take", on=LIST, ehr="riverside", patient="p0000", back="1")
    assert "not on the worklist any more" in _after(coordinator, f"{LIST}take", ehr="x", patient="p0000")


def test_an_analyst_promotes_only_what_its_figures_allow_and_only_on_purpose(risk, signed_in):
    shadow, good = (risk.models.add(one, by="staff/x") for one in (in_shadow(), promotable(2)))
    analyst = signed_in("analyst")
    page = analyst.get(MODELS).text

    assert f"Promote {good.version}" in page
    assert f"Promote {shadow.version}" not in page
    says = _after(analyst, f"{MODELS}promote", model=shadow.hash, sure="1")
    assert "may not be promoted: in shadow" in says
    assert "tick the box" in _after(analyst, f"{MODELS}promote", model=good.hash)
    assert "is in use" in _after(analyst, f"{MODELS}promote", model=good.hash, sure="1")
    assert good.hash in risk.in_use().key
    assert "does not name its outcome" not in analyst.get(MODELS).text
    number = risk.policies.save("2", 'version: "2"\noutcomes: [ed]\n', author="staff/quinn").number
    risk.policies.approve(number, by="staff/quentin")
    risk.forget()
    assert "does not name its outcome" in analyst.get(MODELS).text
    assert "no model of ed is promoted" in analyst.get(MODELS).text
    risk.policies.roll_back("version: '1'", "1", by="staff/quinn")
    risk.forget()
    assert "nothing to roll back" in _after(analyst, f"{MODELS}rollback", outcome="ed")
    assert "model is not used any more" in _after(analyst, f"{MODELS}rollback", outcome="acute")
    assert "expert-points" in risk.in_use().key


def test_the_switch_empties_the_worklist_at_once(risk, signed_in):
    admin, coordinator = signed_in("admin"), signed_in("coordinator")

    assert "Risk is off" in _after(admin, SWITCH, on=SWITCH, position="off")
    assert "Risk is switched off, so there is no worklist" in coordinator.get(LIST).text
    assert coordinator.get(f"{LIST}worklist.csv").text.count("\n") == 1
    assert "choose a position" in _after(admin, SWITCH, on=SWITCH, position="sideways")
    _after(admin, SWITCH, on=SWITCH, position="on")
    assert "120 of 120" in coordinator.get(LIST).text


def _after(browser, path: str, *, on: str = "/staff/", **form: str) -> str:
    """What the next page says."""
    answer = browser.send(path, on=on, **form)
    assert answer.status_code == 303
    return browser.get(answer.location).text
