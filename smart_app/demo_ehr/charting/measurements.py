"""Words for vital signs and laboratory results, each with its unit."""

from __future__ import annotations

from typing import Any

from measures.terminology import OBSERVATION_CATEGORY, UCUM, Code
from smart_app.demo_ehr.charting import codes as c
from smart_app.demo_ehr.charting.sheet import Resource, Sheet, concept


class Measurements(Sheet):
    """Each word writes one final Observation."""

    def bp(self, systolic: int, diastolic: int, days_ago: int) -> Resource:
        """A blood pressure in mm[Hg], as one panel with two components."""
        parts = [(c.SYSTOLIC, systolic), (c.DIASTOLIC, diastolic)]
        components = [
            {"code": concept(code), "valueQuantity": quantity(value, "mm[Hg]")} for code, value in parts
        ]
        return self._observe(c.BP_PANEL, "vital-signs", days_ago, component=components)

    def weight(self, kg: float, days_ago: int, *, height_cm: float | None = None) -> Resource:
        """Body weight in kg; with a height, the body mass index too."""
        if height_cm is not None:
            self._observe(c.HEIGHT, "vital-signs", days_ago, valueQuantity=quantity(height_cm, "cm"))
            bmi = round(kg / (height_cm / 100) ** 2, 1)
            self._observe(c.BMI, "vital-signs", days_ago, valueQuantity=quantity(bmi, "kg/m2"))
        return self._observe(c.WEIGHT, "vital-signs", days_ago, valueQuantity=quantity(kg, "kg"))

    def a1c(self, percent: float, days_ago: int) -> Resource:
        return self.lab(c.A1C, percent, "%", days_ago)

    def ldl(self, mg_dl: float, days_ago: int) -> Resource:
        return self.lab(c.LDL, mg_dl, "mg/dL", days_ago)

    def fasting_glucose(self, mg_dl: float, days_ago: int) -> Resource:
        return self.lab(c.FASTING_GLUCOSE, mg_dl, "mg/dL", days_ago)

    def lithium_level(self, mmol_l: float, days_ago: int) -> Resource:
        return self.lab(c.LITHIUM_LEVEL, mmol_l, "mmol/L", days_ago)

    def lab(self, what: Code, value: float, unit: str, days_ago: int) -> Resource:
        return self._observe(what, "laboratory", days_ago, valueQuantity=quantity(value, unit))

    def _observe(self, what: Code, category: str, days_ago: int, **value: Any) -> Resource:
        return self.add(
            "Observation",
            status="final",
            category=[concept(Code(OBSERVATION_CATEGORY, category))],
            code=concept(what),
            encounter=self.encounter_on(days_ago),
            effectiveDateTime=self.at(days_ago, 10, 5),
            issued=self.at(days_ago, 12),
            **value,
        )


def quantity(value: float, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}
