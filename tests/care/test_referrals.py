"""Referrals: how far each has come, told by what is based on it."""

from __future__ import annotations

import pytest

from measures.terminology import SNOMED
from smart_app.care.panels.referrals import PANEL
from tests.care.desk import appointment, days_ago, desk, encounter
from tests.clinic import Resource, event

BASIS: Resource = {"basedOn": [{"reference": "ServiceRequest/r1"}]}


def referral(days: int, *, text: str = "Referral to psychiatry service", status: str = "active", **more):
    return event(
        "ServiceRequest",
        **({"id": "r1", "status": status, "intent": "order", "code": {"text": text}} | more),
        authoredOn=days_ago(days),
    )


def only(*events, booked=()):
    """Text, note, detail and tone of the one line."""
    (line,) = PANEL.show(desk(*events, booked=booked)).lines()
    return line.note, line.detail, line.tone


@pytest.mark.parametrize(
    ("days", "detail", "tone"), [(14, "", ""), (15, "nothing booked in 15 days", "watch")]
)
def test_an_ordered_one_says_when_it_has_waited_long(days, detail, tone):
    note, *rest = only(referral(days))

    assert note.startswith("ordered")
    assert rest == [detail, tone]


def test_a_booked_one_says_for_when():
    assert only(referral(30), booked=(appointment(4, **BASIS),)) == ("booked 25 Nov", "", "")
    assert only(referral(30), encounter("AMB", -4, -4, status="planned", **BASIS))[0] == "booked 25 Nov"


def test_somebody_elses_appointment_books_nothing():
    assert only(referral(3), booked=(appointment(4),))[0] == "ordered 18 Nov"


def test_a_seen_one_says_when_and_a_closed_one_is_closed():
    seen = encounter("AMB", 2, 2, **BASIS)
    report = event("Task", status="completed", **BASIS)

    assert only(referral(30), seen, booked=(appointment(4, **BASIS),))[0] == "seen 19 Nov"
    assert only(referral(30), seen, report)[0] == "closed"
    assert only(referral(30, status="completed")) == ("closed", "", "soft")


def test_it_is_a_referral_by_its_category_or_by_its_words():
    category = [{"coding": [{"system": SNOMED, "code": "3457005"}]}]
    kinds = (
        referral(3, id="a", text="Physiotherapy", category=category),
        referral(4, id="b", text="Cardiology consult"),
        referral(5, id="c", text="Hemoglobin A1c"),
        referral(6, id="d", status="revoked"),
        referral(7, id="e", doNotPerform=True),
    )

    assert [line.text for line in PANEL.show(desk(*kinds)).lines()] == ["Physiotherapy", "Cardiology consult"]


def test_to_whom_it_went_is_told_and_closed_ones_stand_last():
    closed = referral(1, id="z", status="completed")
    going_on = referral(9, performer=[{"display": "Noor Elmgrove, MD"}])

    lines = list(PANEL.show(desk(closed, going_on)).lines())
    assert [line.note.split()[0] for line in lines] == ["ordered", "closed"]
    assert lines[0].detail == "Noor Elmgrove, MD"
