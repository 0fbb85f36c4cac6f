"""What every part of the page is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from measures.gather import State
from measures.record import PatientRecord
from measures.sources import Provenance
from smart_app.care.appointments import KIND, Booking


@dataclass(frozen=True)
class Material:
    """The record, the day it is read, what is booked, and which facts are not the EHR's own."""

    record: PatientRecord
    today: date
    bookings: tuple[Booking, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def knows_bookings(self) -> bool:
        """Whether "nothing booked" may be said."""
        return self.record.gathered.state(KIND) is State.GATHERED
