"""Rules about orders, tried on the signings that calls brought: counted, and never with the person."""

from __future__ import annotations

from flask import Flask

from tests.cds_service.calls import ORDER_SELECT, ORDER_SIGN, bundle
from tests.staff.browsing import StaffBrowser
from tests.staff.sandbox.calling import call, ended, ordering, request_of

CHECK = "lithium-interactions"
NEW, PAGE = "/staff/rules/new", f"/staff/rules/{CHECK}"
RULE = f"""\
id: {CHECK}
version: "2"
owner: Quality team
hook: order-sign
priority: 30
effective: {{until: 2020-01-01}}
when: {{check: {CHECK}}}
card: {{indicator: warning, summary: "{{check.says}}"}}
"""


def sign(demo: Flask, who: str, *names: str) -> None:
    call(demo, ordering(who, "order-sign", *names), path=ORDER_SIGN)


def tried(tester: StaffBrowser) -> str:
    assert tester.send(NEW, NEW, text=RULE).status_code == 303
    return tester.send(f"{PAGE}/try-recorded", PAGE, revision="1", ehr="demo").text


def at(page: str, hook: str) -> str:
    """What the page says of one hook."""
    return page.split(f"What came of it at {hook}")[1].split("</section>")[0]


def test_a_rule_about_orders_is_tried_on_the_orders_that_were_being_signed(demo: Flask, tester: StaffBrowser):
    sign(demo, "silas", "Ibuprofen 600 mg")
    sign(demo, "juniper", "Ibuprofen 600 mg")

    page = tried(tester)

    fires = f"<strong>{CHECK}</strong> fires for <strong>1 → 0</strong> of 2 patients"
    assert fires in at(page, "order-sign")
    assert "2 patients, as calls of order-sign brought them" in page
    assert "What came of it at patient-view" not in page
    assert "silas" not in page
    assert "This rule was not tried" not in page


def test_medicines_of_the_chart_in_words_alone_are_told_there_as_in_the_call(
    demo: Flask, tester: StaffBrowser
):
    body = ordering("juniper", "order-sign", "Ibuprofen 600 mg")
    taken = {
        "resourceType": "MedicationRequest",
        "id": "in-words",
        "status": "active",
        "intent": "order",
        "authoredOn": "2026-11-01",
        "subject": {"reference": "Patient/juniper"},
        "medicationCodeableConcept": {"text": "Lithium carbonate 300 mg"},
    }
    body["prefetch"]["MedicationRequest"] = bundle(taken)
    call(demo, body, path=ORDER_SIGN)

    (document,) = demo.extensions["throughline"].recorded_charts.all("demo", "throughline-order-sign")
    assert b"300 mg" not in document
    assert "fires for <strong>1 → 0</strong> of 1 patient;" in at(tried(tester), "order-sign")


def test_a_call_about_one_order_is_tried_about_that_order(demo: Flask, tester: StaffBrowser):
    names = "Acetaminophen 500 mg", "Ibuprofen 600 mg"
    for who, chosen in (("silas", "draft-0"), ("juniper", "draft-1")):
        selections = [f"MedicationRequest/{chosen}"]
        call(demo, ordering(who, "order-select", *names, selections=selections), path=ORDER_SELECT)
    assert "Every rule fires for the same patients as before, this one for 0 of 2." in tried(tester)

    selections = ["MedicationRequest/draft-1"]
    call(demo, ordering("silas", "order-select", *names, selections=selections), path=ORDER_SELECT)

    page = tester.send(f"{PAGE}/try-recorded", PAGE, revision="1", ehr="demo").text
    assert "fires for <strong>1 → 0</strong> of 2 patients" in at(page, "order-select")


def test_a_gap_that_one_order_more_would_close_is_counted_at_signing(demo: Flask, tester: StaffBrowser):
    page = "/staff/rules/antipsychotic-glucose-due"
    sign(demo, "otto", "Acetaminophen 500 mg")
    tester.send(page, page, text=ended(demo, "antipsychotic-glucose-due"))

    told = tester.send(f"{page}/try-recorded", page, revision="1", ehr="demo").text

    fires = "<strong>antipsychotic-glucose-due</strong> fires for <strong>1 → 0</strong> of 1 patient;"
    assert fires in at(told, "order-sign")


def test_without_a_signing_it_is_said_that_the_rule_was_not_tried(demo: Flask, tester: StaffBrowser):
    call(demo, request_of("silas"))

    page = tried(tester)

    assert "This rule was not tried, since no call at such a hook is recorded." in page
    assert CHECK in page.split("not tried, since no call at such a hook is recorded<")[1]
