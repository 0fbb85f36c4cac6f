"""Social needs: the latest answer in each domain, and the problems charted; what was never asked says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from measures.event import Event
from measures.gather import State
from measures.instruments.social_needs import UNSAFE_FROM
from measures.record import PatientRecord
from measures.shapes import Standing
from measures.shared.screens import SCREENS, parts_of
from measures.terminology import LOINC, Code
from smart_app.care.facts import begun_by, plain, say_value, source_path
from smart_app.care.material import Material
from smart_app.care.panel import Group, Line, Panel
from smart_app.care.panels.problems import is_over
from smart_app.care.problem_kinds import ProblemKind, problem_kind
from smart_app.care.wording import say_when


@dataclass(frozen=True)
class Domain:
    """A question that is asked of everybody. `needs` are the LOINC answers that say there is a need,
    `no_need` those that say there is none, be it by naming another; a refusal to answer is neither.

    `total` is a sum of points that says so from `need_from` on; the items it adds up decide nothing alone.
    """

    title: str
    questions: tuple[Code, ...]
    needs: frozenset[str]
    no_need: frozenset[str]
    total: Code | None = None
    need_from: float = 0


def _loinc(*codes: str) -> tuple[Code, ...]:
    return tuple(Code(LOINC, code) for code in codes)


# What one was unable to get when it was really needed (93031-3): food; utilities; clothing, child care,
# medicine or health care, phone, other.
_FOOD, _UTILITIES = "LA30125-1", "LA30124-4"
_OTHER_WANTS = frozenset({"LA30126-9", "LA30127-7", "LA30128-5", "LA30129-3", "LA46-8"})
_BAD_HOUSING = frozenset(
    {"LA31996-4", "LA28580-1", "LA31997-2", "LA31998-0", "LA31999-8", "LA32000-4", "LA32001-2"}
)  # pests, mold, lead, no heat, oven, smoke detectors, leaks
DOMAINS = (  # questions of the AHC health-related social needs screen, of PRAPARE and of Hunger Vital Sign
    Domain(
        "Housing",
        _loinc("71802-3", "93033-9", "96778-6"),
        frozenset({"LA31994-9", "LA31995-6", "LA30190-5", "LA33-6"}) | _BAD_HOUSING,
        frozenset({"LA31993-1", "LA30189-7", "LA32-8", "LA9-3"}),
    ),
    Domain(
        "Food",
        _loinc("88124-3", "88122-7", "88123-5", "93031-3"),
        frozenset({"LA19952-3", "LA28397-0", "LA6729-3", _FOOD}),
        frozenset({"LA19983-8", "LA28398-8", _UTILITIES}) | _OTHER_WANTS,
    ),
    Domain(
        "Transport", _loinc("93030-5"), frozenset({"LA33-6", "LA30133-5", "LA30134-3"}), frozenset({"LA32-8"})
    ),
    Domain(
        "Utilities",
        _loinc("96779-4", "93031-3"),
        frozenset({"LA33-6", "LA32002-0", _UTILITIES}),
        frozenset({"LA32-8", _FOOD}) | _OTHER_WANTS,
    ),
    Domain(
        "Safety",
        # HITS: its total, then its four items (1 to 5 points each); and a single question, yes or no.
        _loinc("95614-4", "95618-5", "95617-7", "95616-9", "95615-1", "76501-6"),
        frozenset({"LA33-6"}),
        frozenset({"LA32-8"}),
        total=Code(LOINC, "95614-4", "HITS total score"),
        need_from=UNSAFE_FROM,
    ),
)


_WEIGHT = {True: 2, False: 1, None: 0}


def social_needs(material: Material) -> tuple[Group, ...]:
    record, today = material.record, material.today
    needs = tuple(_charted(record, today))
    answers = tuple(_answer(domain, record, today) for domain in DOMAINS)
    asked = any(line.source for line in answers)
    read = record.gathered.state("Observation") is State.GATHERED
    if not needs and not asked:
        return ()
    return (
        Group("Charted", needs, none="No social need on the problem list.", kinds=("Condition",)),
        Group("Asked", answers if read or asked else (), kinds=("Observation",)),
    )


def _charted(record: PatientRecord, today: date) -> Iterator[Line]:
    found = {
        plain(event.display): event
        for event in sorted(record.every("Condition").sure, key=begun_by)
        if event.standing is Standing.DONE
        and problem_kind(event) is ProblemKind.SOCIAL
        and not is_over(event)
    }
    for name, event in reversed(found.items()):
        yield Line(name, say_when(event, today), source=source_path(event), tone="watch")


def _answer(domain: Domain, record: PatientRecord, today: date) -> Line:
    asked = record.find("Observation", (*domain.questions, *SCREENS)).sure
    questions = {question.key for question in domain.questions}
    parts = [part for event in asked for part in parts_of(event) if part.has_value]
    found = [part for part in parts if not questions.isdisjoint(part.codes)]
    # Of answers given at one time, one that tells a need says more than one that tells none.
    latest = max(found, key=lambda e: (begun_by(e), _WEIGHT[_need(domain, e)]), default=None)
    if latest is None:
        return Line(f"{domain.title}: not asked", tone="soft")
    need = _need(domain, latest)
    said = {True: "need", False: "no need", None: say_value(latest)}[need]
    detail = say_value(latest) if need is not None else plain(latest.display)
    return Line(
        f"{domain.title}: {said}",
        say_when(latest, today),
        detail,
        source_path(latest),
        "watch" if need else "",
    )


def _need(domain: Domain, event: Event) -> bool | None:
    """None when the answer is not one of the known ones: it is then shown in its own words."""
    if domain.total and domain.total.key in event.codes:
        return None if event.value is None else event.value.at_least(domain.need_from)
    answers = {code for system, code in event.value_codes if system == LOINC}
    if answers & domain.needs:
        return True
    return False if answers & domain.no_need else None


PANEL = Panel(
    key="social-needs",
    title="Social needs",
    place=30,
    kinds=("Observation", "Condition"),
    none="None found, and nothing asked so far.",
    fill=social_needs,
)
