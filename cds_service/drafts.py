"""Drafts: the orders a card suggests. One YAML file a draft, built with fhirclient's model once, at start-up.

What a patient's card carries is the checked template, stamped with the patient and the day: no model
object is made while a clinician waits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from fhirclient.models.fhirabstractbase import FHIRValidationError
from fhirclient.models.medicationrequest import MedicationRequest
from fhirclient.models.servicerequest import ServiceRequest
from fhirclient.models.task import Task
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cds_service.outside.yaml_file import FileProblems, YamlFile, read_yaml

BUILT_IN = Path(__file__).parent / "drafts"
MODELS = MappingProxyType(
    {"MedicationRequest": MedicationRequest, "ServiceRequest": ServiceRequest, "Task": Task}
)
_WHOSE = {"Task": "for"}  # the element that names the patient, where it is not `subject`
_ANY_PATIENT, _ANY_DAY = "example", date(2000, 1, 1)

Resource = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A resource a card offers to create; `says` is the action's description."""

    name: str
    says: str
    template: Mapping[str, Any]

    def for_patient(self, patient_id: str, today: date) -> Resource:
        """The resource for one patient, written today."""
        whose = _WHOSE.get(str(self.template.get("resourceType")), "subject")
        return {
            **self.template,
            whose: {"reference": f"Patient/{patient_id}"},
            "authoredOn": today.isoformat(),
        }


class _DraftFile(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    says: Annotated[str, Field(min_length=1, max_length=200)]
    resource: dict[str, Any]


def load_drafts(folder: Path = BUILT_IN) -> dict[str, Draft]:
    """Every draft of a folder by name; FileProblems lists whatever is wrong with any of them."""
    drafts: dict[str, Draft] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            file = read_yaml(path)
        except FileProblems as unreadable:
            problems += unreadable.problems
            continue
        try:
            read = _DraftFile.model_validate(file.values)
        except ValidationError as error:
            problems += [
                f"{file.at(p['loc'])}: {'.'.join(map(str, p['loc']))}: {p['msg']}" for p in error.errors()
            ]
            continue
        problems += _problems(file, read, drafts)
        drafts[read.name] = Draft(read.name, read.says, MappingProxyType(read.resource))
    if problems:
        raise FileProblems(problems)
    return drafts


def is_valid(resource: Mapping[str, Any]) -> bool:
    """Whether a resource, of a kind that is drafted here, is valid FHIR R4; it may come from outside."""
    try:
        MODELS[resource["resourceType"]](resource)
    except (FHIRValidationError, AttributeError, KeyError, TypeError, ValueError):
        return False
    return True


def _problems(file: YamlFile, read: _DraftFile, others: Mapping[str, Draft]) -> Iterator[str]:
    if read.name in others:
        yield f"{file.at(('name',))}: name: another file has the draft {read.name!r}; rename one"
    kind = read.resource.get("resourceType")
    if not isinstance(kind, str) or kind not in MODELS:
        known = ", ".join(MODELS)
        yield f"{file.at(('resource',))}: resource.resourceType: must be one of {known}, not {kind!r}"
        return
    stamped = Draft(read.name, read.says, read.resource).for_patient(_ANY_PATIENT, _ANY_DAY)
    try:
        MODELS[kind](stamped)
    except FHIRValidationError as error:
        yield f"{file.at(('resource',))}: resource: not a FHIR R4 {kind}: {' '.join(str(error).split())}"
