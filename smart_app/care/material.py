"""What every part of the page is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from measures.gather import State
from measures.record import PatientRecord
from smart_app.care.appointments import KIND, Booking


@dataclass(frozen=True)
class Material:
    """The record, the day it is read, and what is booked."""

    record: PatientRecord
    today: date
    bookings: tuple[Booking, ...] = ()

    @property
    def knows_bookings(self) -> bool:
        """Whether "nothing booked" may be said."""
        return self.record.gathered.state(KIND) is State.GATHERED
