"""A chart without the person: what rules are tried on, long after the call it came from.

Kept is what a measure can ask for, and nothing is kept because nobody thought of leaving it out: elements
stand on a list. Of what is on it

- ids and references become pseudonyms, the same for the same id, so that what belongs together still does;
- dates are moved by whole years, all of one patient's by the same number: a multiple of four, so that leap
  days, ages and calendar years count as they did. Month, day and time of day stay;
- texts are dropped (names, addresses, telephone numbers, identifiers, notes, narrative, display texts),
  unless they are codes, the addresses of code systems, or units, and look like one;
- a dose in words, and which medicine or what strength only a name tells, are told again in words of ours
  where they were read whole (measures/orders/retold.py), so that they are read alike; else dropped too;
- of the Patient stay the birth date, moved like all others, the gender, and when he or she died.

Moving dates by days was tried: measures that count calendar years then answered otherwise for up to half of
the patients seen in January. So this is a pseudonym with other years, not the Safe Harbor of 45 CFR
164.514(b): codes, months and the distances between dates are still one person's. It is kept sealed, and shown
to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from measures.orders.doses import words_of
from measures.orders.retold import dose_retold, medicine_retold, times_retold
from measures.shapes import SHAPES, Resource
from measures.terminology import Vocabulary

YEARS_OF_A_CYCLE = 4
Pseudonym = Callable[[str], str]

_KINDS = SHAPES.keys() | {"Patient", "Medication", "Location", "Device", "Practitioner", "Organization"}
_PATIENT = frozenset({"resourceType", "id", "birthDate", "gender", "deceasedDateTime", "deceasedBoolean"})
_KEPT = frozenset(
    """
    resourceType id status intent priority doNotPerform category code type class subType severity
    clinicalStatus verificationStatus statusReason statusReasonCodeableConcept reasonCode reasonReference
    subject patient encounter basedOn diagnosis condition use rank hospitalization dischargeDisposition
    admitSource serviceType location serviceProvider length period start end issued recordedDate assertedDate
    authoredOn authored sent date executionPeriod whenHandedOver whenPrepared interpretation dataAbsentReason
    component hasMember derivedFrom value unit system comparator low high numerator denominator coding
    contained ingredient strength dosageInstruction timing repeat frequency frequencyMax periodMax periodUnit
    duration durationUnit count when timeOfDay sequence route doseAndRate dispenseRequest validityPeriod
    numberOfRepeatsAllowed expectedSupplyDuration quantity daysSupply extension modifierExtension url
    reference vaccineCode activity detail goal target measure birthDate gender
    medication concept dosage adherence reportedBoolean reportedReference reported reason
    """.split()  # noqa: SIM905  (a list of one word a line would fill a screen)
)
_CHOICE = re.compile(
    "(value|effective|onset|abatement|performed|occurrence|deceased|medication|bounds|asNeeded|item|code|dose|rate)"
    "(DateTime|Date|Instant|Period|Age|Range|Ratio|Quantity|Integer|Boolean|Time|Code|Coding|CodeableConcept"
    "|Reference|Duration)"
)
_DATED = re.compile("(start|end|issued|date|authoredOn|authored|sent|when[A-Z].*|.*(Date|DateTime|Instant))")
_CODE = re.compile(r"[!-~]{1,200}")
_UNIT = re.compile(r"[!-~]{1,20}")
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?")
_CODED = frozenset(
    """
    resourceType status intent priority use code system url comparator periodUnit durationUnit when gender
    clinicalStatus verificationStatus valueCode
    """.split()  # noqa: SIM905
)
_DOSAGES = frozenset({"dosageInstruction", "dosage"})
_MEDICINE = "medicationCodeableConcept"
_DATE = re.compile(r"(?P<year>\d{4})(?P<rest>-\d\d(-\d\d(T[0-9:.+\-Z]{1,40})?)?)?")


@dataclass(frozen=True)
class Deidentifier:
    """For one patient: how ids are named, and by how many leap cycles, of four years each, dates are moved.

    Dates are to stay between 1901 and 2099, where every fourth year is a leap year. The vocabulary says which
    medicines are known by their codes; without one no name of any is told again.
    """

    pseudonym: Pseudonym
    cycles: int
    vocabulary: Vocabulary | None = None

    def patient(self, patient: Resource) -> dict[str, Any]:
        """The Patient as far as measures need it."""
        return self._object({key: value for key, value in patient.items() if key in _PATIENT})

    def resources(self, resources: Iterable[Resource]) -> list[dict[str, Any]]:
        """Everything else, the Patient left out."""
        return [self._object(one) for one in resources if one["resourceType"] != "Patient"]

    def day(self, day: date) -> date:
        """A day, moved like all others."""
        return day.replace(year=day.year + YEARS_OF_A_CYCLE * self.cycles)

    def reference(self, text: str) -> str:
        """The kind and a pseudonym; where a resource was read from is left out."""
        if text.startswith("#"):
            return f"#{self.pseudonym(text[1:])}"
        named = text.removeprefix("urn:uuid:")  # the id itself, as owner_of reads it
        path, _, identity = named.rpartition("/")
        kind = path.rpartition("/")[2]
        return f"{kind}/{self.pseudonym(identity)}" if kind in _KINDS else self.pseudonym(named)

    def _object(self, given: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        is_medicine = given.get("resourceType") == "Medication"
        for key, value in given.items():
            if _is_kept(key):
                left = self._value(_MEDICINE if is_medicine and key == "code" else key, value)
                if left not in (None, {}, []):
                    found[key] = left
        return found

    def _element(self, key: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is left of it, with what its words told in words of ours."""
        left, said = self._object(given), None
        if key in _DOSAGES:
            said = dose_retold(words_of(given))
        elif key in (_MEDICINE, "concept") and self.vocabulary is not None:
            said = medicine_retold(given, self.vocabulary)
        elif key == "timing" and (often := times_retold(given)):
            left["code"] = left.get("code", {}) | {"text": often}
        return left | ({"text": said} if said else {})

    def _value(self, key: str, value: Any) -> Any:
        match value:
            case dict():
                return None if _is_a_person(value) else self._element(key, value)
            case list():
                return [left for one in value if (left := self._value(key, one)) not in (None, {}, [])]
            case str():
                return self._text(key, value)
        return value

    def _text(self, key: str, text: str) -> str | None:
        if key in _CODED:
            return text if _CODE.fullmatch(text) else None
        if key == "id":
            return self.pseudonym(text)
        if key == "reference":
            return self.reference(text)
        if _is_dated(key):
            return self._date(text)
        if key == "unit":
            return text if _UNIT.fullmatch(text) else None
        if key in ("timeOfDay", "valueTime"):
            return text if _TIME.fullmatch(text) else None
        return None

    def _date(self, text: str) -> str | None:
        """With another year, or, where it is no date, nothing."""
        read = _DATE.fullmatch(text)
        if read is None:
            return None
        year = int(read["year"]) + YEARS_OF_A_CYCLE * self.cycles
        return f"{year:04}{read['rest'] or ''}"


@lru_cache(maxsize=1024)  # of the few hundred names of elements there are
def _is_kept(element: str) -> bool:
    return element in _KEPT or _CHOICE.fullmatch(element) is not None


@lru_cache(maxsize=1024)
def _is_dated(element: str) -> bool:
    return _DATED.fullmatch(element) is not None


def _is_a_person(value: Mapping[str, Any]) -> bool:
    """A contained Patient, Practitioner or the like."""
    return value.get("resourceType") not in (None, "Medication", "Observation", "Location")
