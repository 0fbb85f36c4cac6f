"""What is booked, and for whom."""

import pytest

from smart_app.care.appointments import bookings
from tests.care.desk import TODAY, appointment


def booked(*resources):
    return [(b.day.isoformat(), b.what, b.who) for b in bookings(resources, "pat-1", TODAY)]


def test_appointments_from_today_on_are_booked_the_next_first():
    assert booked(appointment(4), appointment(0), appointment(-1)) == [
        ("2026-11-21", "Follow-up", "Noor Elmgrove, MD"),
        ("2026-11-25", "Follow-up", "Noor Elmgrove, MD"),
    ]


@pytest.mark.parametrize("status", ["cancelled", "noshow", "proposed", "entered-in-error"])
def test_what_was_called_off_or_never_agreed_is_not_booked(status):
    assert booked(appointment(4, status=status)) == []


def test_another_patients_appointment_is_not_shown():
    assert booked(appointment(4, patient="pat-2")) == []
    together = appointment(4)
    together["participant"].append({"actor": {"reference": "Patient/pat-2"}})
    assert booked(together) == []


@pytest.mark.parametrize(
    "change", [{"start": None}, {"start": "soon"}, {"participant": "nobody"}, {"participant": [7]}]
)
def test_an_appointment_that_cannot_be_read_costs_only_itself(change):
    assert len(booked(appointment(4) | change, appointment(5))) == 1
