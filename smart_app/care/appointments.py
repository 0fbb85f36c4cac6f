"""What is booked: Appointments to come, read beside the record because an Appointment has no subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from smart_app.care.facts import FHIR_ID

KIND = "Appointment"
_STANDS = frozenset(
    {"booked", "pending", "arrived"}
)  # FHIR R4 AppointmentStatus: not proposed, not called off


@dataclass(frozen=True)
class Booking:
    day: date
    what: str
    who: str
    source: str
    based_on: tuple[str, ...] = ()  # the orders it carries out, such as "ServiceRequest/s1"


def bookings(resources: Iterable[Mapping[str, Any]], patient_id: str, today: date) -> tuple[Booking, ...]:
    """This patient's appointments from today on, the next first. One that cannot be read costs only
    itself.
    """
    found = []
    for resource in resources:
        if resource.get("resourceType") == KIND and is_with(resource, patient_id):
            booking = _booking(resource)
            if booking and booking.day >= today:
                found.append(booking)
    return tuple(sorted(found, key=lambda b: (b.day, b.source)))


def is_with(appointment: Mapping[str, Any], patient_id: str) -> bool:
    """Whether the patient takes part, and no other patient does."""
    patients = [name for name in _actors(appointment, "reference") if "Patient/" in name]
    return bool(patients) and all(name.rpartition("/")[2] == patient_id for name in patients)


def _booking(appointment: Mapping[str, Any]) -> Booking | None:
    start = appointment.get("start")
    if appointment.get("status") not in _STANDS or not isinstance(start, str):
        return None
    try:
        day = datetime.fromisoformat(start).date()
    except ValueError:
        return None
    identity = str(appointment.get("id", ""))
    return Booking(
        day=day,
        what=_service(appointment) or "appointment",
        who=next((name for name in _actors(appointment, "display") if name), ""),
        source=f"source/{KIND}/{identity}" if FHIR_ID.fullmatch(identity) else "",
        based_on=tuple(_orders(appointment)),
    )


def _orders(appointment: Mapping[str, Any]) -> Iterator[str]:
    held = appointment.get("basedOn")
    for reference in held if isinstance(held, list) else ():
        if isinstance(reference, Mapping):
            yield "/".join(str(reference.get("reference", "")).split("/")[-2:])


def _actors(appointment: Mapping[str, Any], element: str) -> list[str]:
    participants = appointment.get("participant")
    found = []
    for participant in participants if isinstance(participants, list) else ():
        actor = participant.get("actor") if isinstance(participant, Mapping) else None
        if isinstance(actor, Mapping):
            found.append(str(actor.get(element) or ""))
    return found


def _service(appointment: Mapping[str, Any]) -> str:
    for element in ("appointmentType", "serviceType", "reasonCode"):
        held = appointment.get(element)
        for concept in held if isinstance(held, list) else [held]:
            if isinstance(concept, Mapping):
                displays = (c.get("display") for c in concept.get("coding") or () if isinstance(c, Mapping))
                words = concept.get("text") or next(filter(None, displays), "")
                if words:
                    return str(words)
    return str(appointment.get("description") or "")
