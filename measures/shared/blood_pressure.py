"""Reading a blood pressure."""

from measures.event import DIASTOLIC, SYSTOLIC
from measures.terminology import LOINC, Code

BLOOD_PRESSURE = Code(LOINC, "85354-9", "Blood pressure panel")
MM_HG = ("mm[Hg]", "mmHg", "mm Hg", "mm[hg]", "mmhg", "mm hg", "MMHG", "MM HG", "mm HG", "mmHG", "MM[HG]")


def systolic(event):
    return pressure(event, SYSTOLIC)


def diastolic(event):
    return pressure(event, DIASTOLIC)


def pressure(event, side):
    """The systolic or diastolic component in mm[Hg]; None without one, or in another unit."""
    quantity = event.component(side)
    return quantity if quantity and quantity.unit in MM_HG else None


def reading_ever(patient, _period):
    return patient.observations(BLOOD_PRESSURE).latest()
