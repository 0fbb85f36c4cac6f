"""Whether a resource has the shape of FHIR, as far as this page and the measures look at it.

One resource in a hundred thousand is broken: a list where an object should be, a number for a date. It is
told apart once, at the edge, and costs only itself; inside, shapes are trusted. The rules go by an element's
name, which has the same type wherever it stands in the resources read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Resource = dict[str, Any]
DEEPEST = 64  # levels; no resource of a chart is half as deep

_TEXT = (str,)
_OBJECT = (dict,)
_NUMBER = (int, float)
_TEXTS = (
    "abatementDateTime abatementString authored authoredOn birthDate date deceasedDateTime display "
    "effectiveDateTime end family gender intent issued lifecycleStatus onsetDateTime onsetString "
    "performedDateTime recordedDate reference start startDate status system title unit url valueString "
    "whenHandedOver whenPrepared"
)
_OBJECTS = (
    "abatementPeriod abatementAge actor attachment boundsPeriod class condition context daysSupply "
    "dischargeDisposition dispenseRequest doseQuantity effectivePeriod executionPeriod "
    "expectedSupplyDuration hospitalization individual medicationCodeableConcept medicationReference "
    "member meta onsetAge onsetPeriod patient performedPeriod period quantity repeat serviceProvider "
    "subject timing validityPeriod valueAge valueCodeableConcept valuePeriod valueQuantity"
)
_LISTS_OF_OBJECTS = (
    "coding component contained diagnosis doseAndRate dosageInstruction extension generalPractitioner "
    "identifier modifierExtension participant reasonCode reasonReference role security"
)

_RULES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(_TEXTS.split(), _TEXT),
    **dict.fromkeys(_OBJECTS.split(), _OBJECT),
    "clinicalStatus": (dict, str),  # a code before R4
    "description": (str, dict),  # of a plan, of a goal
    "doNotPerform": (bool,),
    "frequency": _NUMBER,
    "period": (dict, int, float),  # Timing.repeat.period is a number
    "text": (str, dict),  # of a concept, of the resource (narrative)
    "verificationStatus": (dict, str),
}
_CODED = frozenset(["class", "coding", "quantity", "security", "tag", "valueQuantity"])
_LISTS = frozenset(_LISTS_OF_OBJECTS.split())
_ONE_OR_MORE = frozenset(["category", "encounter", "name", "serviceType", "statusReason", "type"])


def wellformed(resources: Iterable[Resource]) -> tuple[list[Resource], int]:
    """Those that can be trusted to have FHIR's shape, and how many were left out."""
    every = list(resources)
    kept = [resource for resource in every if is_wellformed(resource)]
    return kept, len(every) - len(kept)


def is_wellformed(resource: Resource) -> bool:
    """Whether every element that is looked at has the type its name promises, and nothing lies too deep."""
    waiting: list[tuple[Mapping[str, Any], str, int]] = [(resource, "", 0)]
    while waiting:
        holder, element, depth = waiting.pop()
        if depth > DEEPEST:
            return False
        for name, value in holder.items():
            if not _fits(name, value, holder, element):
                return False
            inside = value if isinstance(value, list) else (value,)
            if any(isinstance(one, list) for one in inside):
                return False  # FHIR has no lists of lists
            waiting.extend((one, name, depth + 1) for one in inside if isinstance(one, dict))
    return True


def _fits(name: str, value: Any, holder: Mapping[str, Any], element: str) -> bool:
    """Whether an element of `holder`, which is itself the part `element` of the resource, has its type."""
    several = isinstance(value, list)
    if name == "code":  # of a coding a code, of a resource a concept, of other parts either
        concept = element in ("", "component")
        return isinstance(value, str if element in _CODED else dict if concept else (str, dict))
    if name == "given":
        return several and all(isinstance(one, str) for one in value)
    if name in _LISTS:
        return several and all(isinstance(one, dict) for one in value)
    if name == "encounter" and several and element != "context":  # only a document has many
        return False
    if name in _ONE_OR_MORE:
        if isinstance(value, str):  # CareTeam.name, Reference.type
            return name == "name" or "reference" in holder
        return all(isinstance(one, dict) for one in (value if several else [value]))
    types = _RULES.get(name)
    return types is None or (isinstance(value, types) and (bool in types or not isinstance(value, bool)))
