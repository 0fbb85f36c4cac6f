"""What one can do about a gap here and now: fill in an instrument, or place an order.

Nothing lists which instrument belongs to which measure. An action is offered when what it would write, tried
on this record, takes the gap a step on; so a new measure, instrument or draft needs no edit elsewhere, and
what is offered is what helps this patient.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from cds_service.drafts import Draft
from measures.criteria import Criterion
from measures.instrument import Answer, Instrument, Item, Kind, Response
from measures.measure import GapStatus, GroupResult, MeasureResult
from measures.needs import codes_of_criteria
from measures.record import PatientRecord
from measures.respondent import Person
from measures.shapes import Standing
from measures.terminology import OBSERVATION_CATEGORY, Code, CodeKey, UnknownValueSet, Vocabulary
from smart_app.assessment import Assessment, rungs
from smart_app.care.wording import say_day
from smart_app.fhir_resources import Resource, Setting, concept, instant

MOST = 2  # actions at one gap
ORDERED_LATELY = 30  # days: an order so old is shown instead of being offered again
WANTING = (GapStatus.OPEN, GapStatus.PROSPECTIVE)

Trial = Callable[[list[Resource]], PatientRecord]
"""The record as it would be with these resources in it."""


@dataclass(frozen=True)
class Action:
    """`kind` is "form", with the instrument's id, or "order", with the names of drafts. `done` says that it
    was ordered lately.
    """

    kind: str
    ids: tuple[str, ...]
    label: str
    done: str = ""


@dataclass(frozen=True)
class Offer:
    """An order for a measure's next step that a card rule offers, in the rule's words."""

    label: str
    drafts: tuple[Draft, ...]


@dataclass(frozen=True)
class Means:
    """What there is to act with, and for whom. `offers` is what card rules say, by measure."""

    instruments: tuple[Instrument, ...]
    drafts: tuple[Draft, ...]
    offers: Mapping[str, tuple[Offer, ...]]
    person: Person
    today: date


def actions(
    results: Mapping[str, MeasureResult], record: PatientRecord, trial: Trial, means: Means
) -> dict[str, tuple[Action, ...]]:
    """The actions of each open or prospective gap, by measure, those that help most first. What is too late
    for the measure has those that a card rule offers: the patient needs them all the same.
    """
    tried = _Tried(trial, means, record)
    return {
        measure_id: tuple(_actions(result, record, tried, means))[:MOST]
        for measure_id, result in results.items()
        if result.status in WANTING
    }


def _actions(result: MeasureResult, record: PatientRecord, tried: _Tried, means: Means) -> Iterator[Action]:
    wanted = _wanted(result.next_steps, record.vocabulary)
    forms = [
        (helps, form)
        for form in means.instruments
        if not wanted.isdisjoint(codes_of(form)) and fits(form, means.person)
        if (helps := tried.helps(result, tried.filled_in(form)))
    ]
    forms.sort(key=lambda one: _less_apt(one[0], one[1], result, record))
    for _, form in forms:
        yield Action("form", (form.id,), f"Start {form.title}")
    by_form = frozenset(code for form in means.instruments for code in codes_of(form))
    orders = [
        offer for offer in means.offers.get(result.measure.id, ()) if by_form.isdisjoint(_ordered(offer))
    ]

    def helpful(draft: Draft) -> bool:
        codes = codes_in(draft)
        apt = by_form.isdisjoint(codes) and not wanted.isdisjoint(codes)
        return apt and tried.helps(result, tried.ordered(draft)) > 0

    if not orders:  # the card rules have nothing for this step
        orders = [Offer(draft.says, (draft,)) for draft in means.drafts if helpful(draft)]
    for offer in orders:
        done = _ordered_lately(offer, record, means.today)
        yield Action("order", tuple(draft.name for draft in offer.drafts), offer.label, done)


def _less_apt(
    helps: int, form: Instrument, result: MeasureResult, record: PatientRecord
) -> tuple[int, bool, bool, int, int]:
    """First what helps whatever is answered; then what the measure asks for by name, what this patient was
    asked before, what is meant for the most people, and the longer form.
    """
    asked = " ".join(step.do for step in result.next_steps)
    named = re.search(rf"(?<![\w-]){re.escape(form.title)}(?![\w-])", asked) is not None
    before = bool(form.total and record.find("Observation", (form.total,)).sure)
    return -helps, not named, not before, form.ages[0] - form.ages[1], -len(form.questions)


def fits(form: Instrument, person: Person) -> bool:
    """Whether a form is made for the person's age, or may be for all that is known."""
    return person.age is None or form.ages[0] <= person.age <= form.ages[1]


@cache
def _wanted(steps: tuple[Criterion, ...], vocabulary: Vocabulary) -> frozenset[CodeKey]:
    return codes_of_criteria(steps, vocabulary)


def codes_of(form: Instrument) -> frozenset[CodeKey]:
    """The codes under which a filled-in form is found again."""
    own = (form.panel, form.total, form.filed_as, *(finding.code for finding in form.findings))
    return frozenset(code.key for code in (*own, *(item.code for item in form)) if code)


def _ordered(offer: Offer) -> frozenset[CodeKey]:
    return frozenset(code for draft in offer.drafts for code in codes_in(draft))


def codes_in(draft: Draft) -> frozenset[CodeKey]:
    codings = draft.template.get("code", {}).get("coding", [])
    return frozenset((coding["system"], coding["code"]) for coding in codings)


class _Tried:
    """What each action would write, tried on the record once, whatever the number of gaps.

    Who acts sees the patient: the trials are as if the latest visit were today's, where there is one.
    """

    def __init__(self, trial: Trial, means: Means, record: PatientRecord) -> None:
        self._trial = trial
        self._means = means
        self._records: dict[str, tuple[PatientRecord, ...]] = {}
        noon = datetime.combine(means.today, time(12), UTC)
        self._setting = Setting(record.id, "trial", noon)
        self._visit = _as_if_today(record, noon)
        self._without = trial(self._visit)

    def helps(self, result: MeasureResult, records: Iterable[PatientRecord]) -> int:
        """In how many of the trials the gap is a step on."""
        return sum(self._is_a_step_on(result, record) for record in records)

    def filled_in(self, form: Instrument) -> tuple[PatientRecord, ...]:
        """The record with the form in it: once with the lowest answers, once with the highest."""
        return self._kept(f"form/{form.id}", lambda: [self._written(form, top) for top in (False, True)])

    def ordered(self, draft: Draft) -> tuple[PatientRecord, ...]:
        """The record with the order in it; and, since an order leads to it, with the result of a test."""
        return self._kept(f"order/{draft.name}", lambda: [[self._order(draft)], [self._resulted(draft)]])

    def _kept(self, name: str, written: Callable[[], list[list[Resource]]]) -> tuple[PatientRecord, ...]:
        if name not in self._records:
            self._records[name] = tuple(self._trial([*self._visit, *more]) for more in written())
        return self._records[name]

    def _is_a_step_on(self, result: MeasureResult, record: PatientRecord) -> bool:
        try:
            before, after = self._judged(result, self._without), self._judged(result, record)
        except UnknownValueSet:  # asked for only with this resource in the record
            return False
        if before.status not in WANTING or after.status not in (*WANTING, GapStatus.CLOSED):
            return False
        # A step that nothing is said to do for, such as "the latest screen is negative", is no one's aim.
        steps = [step for step in before.next_steps if step.do] or before.next_steps
        return any(after.found[step].met for step in steps)

    def _judged(self, result: MeasureResult, record: PatientRecord) -> GroupResult:
        """The same rate of the measure, on another record."""
        found = result.measure.evaluate(record, result.period, self._means.today)
        return next(one for one in found.groups if one.group is result.foremost.group)

    def _written(self, form: Instrument, top: bool) -> list[Resource]:
        response = Response({i.link_id: a for i in form.questions if (a := _extreme(i, top)) is not None})
        person = self._means.person
        score = form.score(response, person)
        made = Assessment(form, response, score, self._means.today, form.finding(person))
        pieces = rungs(made, self._setting)[0]
        return [piece.build({}) | {"id": f"trial-{number}"} for number, piece in enumerate(pieces)]

    def _order(self, draft: Draft) -> Resource:
        resource = draft.for_patient(self._setting.patient_id, self._means.today)
        return resource | {"id": "trial", "status": "active", "authoredOn": self._setting.instant}

    def _resulted(self, draft: Draft) -> Resource:
        return {
            "resourceType": "Observation",
            "id": "trial",
            "status": "final",
            "category": [concept(Code(OBSERVATION_CATEGORY, "laboratory"))],
            "code": draft.template["code"],
            "subject": self._setting.subject,
            "effectiveDateTime": self._setting.instant,
            "valueQuantity": {"value": 5, "unit": "%"},
        }


def _as_if_today(record: PatientRecord, noon: datetime) -> list[Resource]:
    """The latest visit once more, as one of today."""
    visits = [one for one in record.every("Encounter").sure if one.day and one.standing is Standing.DONE]
    ambulatory = [one for one in visits if _class_of(one.source) == "AMB"]
    if not ambulatory:
        return []
    latest = max(ambulatory, key=lambda one: one.start)
    at = instant(noon)
    return [{**latest.source, "id": "trial-visit", "period": {"start": at, "end": at}}]


def _class_of(encounter: Mapping[str, Any]) -> str:
    held = encounter.get("class")
    return str(held.get("code", "")) if isinstance(held, Mapping) else ""


def _extreme(item: Item, top: bool) -> Answer | None:
    match item.kind:
        case Kind.CHOICE if item.choices:
            ranked = sorted(item.choices, key=lambda choice: choice.points or 0)
            value = ranked[-1 if top else 0].value
            return (value,) if item.repeats else value
        case Kind.BOOLEAN:
            return top
        case Kind.INTEGER | Kind.DECIMAL:
            return 1
        case Kind.DATE:
            return None
        case _:
            return "-"


def _ordered_lately(offer: Offer, record: PatientRecord, today: date) -> str:
    """ "Ordered 24 Nov" while orders of the same things stand."""
    days = [_last_ordered(draft, record, today) for draft in offer.drafts]
    known = [day for day in days if day]
    return f"Ordered {say_day(min(known), today)}" if known and len(known) == len(days) else ""


def _last_ordered(draft: Draft, record: PatientRecord, today: date) -> date | None:
    codes = tuple(Code(*key) for key in codes_in(draft))
    found = record.find(draft.template["resourceType"], codes).sure
    lately = [one.day for one in found if one.day and 0 <= (today - one.day).days <= ORDERED_LATELY]
    return max(lately, default=None)
