"""What FUM, FUA and FUI follow up, and what follows it up: one line each."""

from measures.library.fui_high_intensity_care import MEASURE as FUI
from measures.library.fum_emergency_mental_illness import MEASURE as FUM
from measures.shared.hospice import INPATIENT
from measures.shared.mental_health import MENTAL_HEALTH_VISIT, MENTAL_ILLNESS
from measures.shared.settings_of_care import EMERGENCY
from measures.shared.substance_use import (
    SUBSTANCE_USE_DISORDER,
    SUBSTANCE_USE_VISIT,
)
from tests.clinic import concept, visit


def encounter(name, day, end=None, because=None, **more):
    return visit(name, day, end, reasonCode=[concept(because)] if because else None, **more)


def start(measure, day):
    """What the measure follows up, ending that day."""
    if measure is FUI:
        return encounter(INPATIENT, "2025-12-20", day, because=SUBSTANCE_USE_DISORDER)
    return encounter(EMERGENCY, day, because=MENTAL_ILLNESS if measure is FUM else SUBSTANCE_USE_DISORDER)


def answer(measure, day):
    return encounter(MENTAL_HEALTH_VISIT if measure is FUM else SUBSTANCE_USE_VISIT, day)
