"""Age and sex, and how much record there is. Race and ethnicity are no features: reports compare by them."""

from __future__ import annotations

from measures.age import whole_years
from measures.events import RecordCannotSay
from measures.risk.as_of import Known
from measures.risk.feature import Answer, feature


@feature("age", "age", "years", "Patient", essential=True)
def age(known: Known) -> Answer:
    try:
        years = whole_years(known.record.age_on(known.day))
    except RecordCannotSay:
        return Answer(None)
    return Answer(float(years)) if 0 <= years < 130 else Answer(None)


@feature("female", "female", "yes or no", "Patient")
def female(known: Known) -> Answer:
    gender = known.record.patient.get("gender")
    return Answer(float(gender == "female")) if gender in ("female", "male") else Answer(None)


@feature("years_on_record", "years since the first encounter on record", "years", "Encounter", logged=True)
def years_on_record(known: Known) -> Answer:
    found = known.of("Encounter")
    return Answer(known.ago(found[0]) / 365.25, found[:1]) if found else Answer(0.0)


@feature("procedures_90d", "procedures in 90 days", "procedures", "Procedure", window=90, logged=True)
def procedures(known: Known) -> Answer:
    found = known.within(known.of("Procedure"), 90)
    return Answer(float(len(found)), found)


@feature("care_plans", "care plans without an end", "plans", "CarePlan", logged=True)
def care_plans(known: Known) -> Answer:
    found = [fact for fact in known.of("CarePlan") if fact.end is None]
    return Answer(float(len(found)), found)
