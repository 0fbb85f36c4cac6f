"""Gaps in care of one patient as a Da Vinci DEQM document: plain dicts of FHIR R4.

A DetectedIssue a measure (ActCode CAREGAP), its status as modifier extension. "unknown" is ours: DEQM has no
code for it, so no gap is claimed, and the reason stands in the text of the section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from measures.explain import Explanation, NearMiss, explain
from measures.group import GapStatus
from measures.measure import MeasureResult
from measures.record import PatientRecord
from measures.report import (
    DEQM,
    REPORTER,
    evaluated_events,
    individual_report,
    measure_canonical,
    narrative,
    report_id,
    tags,
)
from measures.terminology import ACT_CODE, LOINC
from measures.time import within

Resource = dict[str, Any]

GAP_STATUS = f"{DEQM}/StructureDefinition/extension-gapStatus"
STATUSES = f"{DEQM}/CodeSystem/gaps-status"
REASONS = f"{DEQM}/CodeSystem/care-gap-reason"
BASE = "https://throughline.invalid/fhir"
"""The root of the full URLs inside the document, against which its references resolve. It names no server."""


def gaps_bundle(
    record: PatientRecord, results: Sequence[MeasureResult], made_at: datetime, as_of: date
) -> Resource:
    """Composition, then of each measure its MeasureReport and DetectedIssue, then Patient and evidence."""
    sections: list[Resource] = []
    stated: list[Resource] = []
    for result in results:
        report = individual_report(result, made_at)
        stated.append(report)
        section = _section(result, report, as_of)
        if result.status is not GapStatus.UNKNOWN:
            issue = detected_issue(result, report, as_of)
            stated.append(issue)
            section["entry"] = [{"reference": f"DetectedIssue/{issue['id']}"}]
        sections.append(section)
    first = _composition(record, sections, made_at)
    about = (record.id, *(result.measure.id for result in results), *_periods(results))
    return {
        "resourceType": "Bundle",
        "id": report_id("Bundle", *about),
        "meta": {"profile": [f"{DEQM}/StructureDefinition/gaps-bundle-deqm"], "tag": tags(record.vocabulary)},
        "identifier": {
            "system": "urn:ietf:rfc:3986",
            "value": f"urn:uuid:{report_id('document', made_at, *about)}",
        },
        "type": "document",
        "timestamp": made_at.isoformat(timespec="seconds"),
        "entry": [_entry(r) for r in (first, *stated, dict(record.patient), *_evidence(results))],
    }


def detected_issue(result: MeasureResult, report: Resource, as_of: date) -> Resource:
    """The gap, closed gap or its absence; of an open one, why nothing in the record closes it."""
    patient = {"reference": f"Patient/{result.patient_id}"}
    issue: Resource = {
        "resourceType": "DetectedIssue",
        "id": report_id("DetectedIssue", report["id"]),
        "meta": {"profile": [f"{DEQM}/StructureDefinition/gaps-detectedissue-deqm"]},
        "modifierExtension": [{"url": GAP_STATUS, "valueCodeableConcept": _coded(STATUSES, result.status)}],
        "status": "final",
        "code": _coded(ACT_CODE, "CAREGAP"),
        "patient": patient,
        "evidence": [{"detail": [{"reference": f"MeasureReport/{report['id']}"}]}],
        "detail": result.reason,
    }
    if result.status in (GapStatus.OPEN, GapStatus.PROSPECTIVE):
        issue["contained"] = [
            {
                "resourceType": "GuidanceResponse",
                "id": "why",
                "moduleUri": measure_canonical(result.measure),
                "status": "data-required",
                "subject": patient,
                "reasonCode": list(_reasons(explain(result, as_of))),
            }
        ]
        issue["evidence"].append({"detail": [{"reference": "#why"}]})
    return issue


def _reasons(explanation: Explanation) -> Iterator[Resource]:
    """DEQM's reason codes, from what comes nearest; without anything near, nothing was found.

    Of an inverse measure the gap is that something is there, or is there without its result.
    """
    if explanation.result.measure.improvement == "decrease":
        events = dict.fromkeys(event for proof in explanation.done for event in proof.events)
        for event in events:
            said = f"{event.reference}: {event.display} {event.value_text} {event.on_date}"
            yield _coded(REASONS, "Present" if event.has_value else "Missing", said)
        if events:
            return
    for miss in explanation.nearest:
        yield _coded(REASONS, _reason(explanation, miss), f"{miss.event.reference}: {miss.why}".strip(": "))
    if not explanation.nearest:
        for step in explanation.result.next_steps:
            yield _coded(REASONS, "NotFound", step.says)


_ABOUT_TIME = re.compile(r"\b(days?|months?|years?|before|after|during|late|early|old)\b")


def _reason(explanation: Explanation, miss: NearMiss) -> str:
    """Date, value or something else: what met another criterion of the numerator has the right date."""
    event, result = miss.event, explanation.result
    in_period = within(event.concluded, result.period.interval)
    if in_period is None:
        return "Missing"
    if not in_period:
        return "DateOutOfRange"
    found = result.foremost.found
    counted = any(
        event in found[leaf].evidence for leaf in result.foremost.group.numerator.leaves() if found[leaf].met
    )
    if counted:
        return "ValueOutOfRange" if event.value_text else "InvalidAttribute"
    return "DateOutOfRange" if _ABOUT_TIME.search(miss.why) else "InvalidAttribute"


def _section(result: MeasureResult, report: Resource, as_of: date) -> Resource:
    words = " ".join(explain(result, as_of).sentences())
    return {
        "title": result.measure.title,
        "focus": {"reference": f"MeasureReport/{report['id']}"},
        "text": narrative(words, result.found.record.vocabulary),
    }


def _composition(record: PatientRecord, sections: list[Resource], made_at: datetime) -> Resource:
    return {
        "resourceType": "Composition",
        "id": report_id("Composition", record.id, *(section["focus"]["reference"] for section in sections)),
        "meta": {"profile": [f"{DEQM}/StructureDefinition/gaps-composition-deqm"]},
        "status": "final",
        "type": {
            "coding": [
                {"system": f"{DEQM}/CodeSystem/gaps-doc-type", "code": "gaps-doc"},
                {"system": LOINC, "code": "96315-7"},
            ]
        },
        "subject": {"reference": f"Patient/{record.id}"},
        "date": made_at.isoformat(timespec="seconds"),
        "author": [{"display": REPORTER}],
        "title": "Gaps in care",
        "section": sections,
    }


def _evidence(results: Iterable[MeasureResult]) -> Iterator[Resource]:
    """The resources that the reports refer to, each once, as received."""
    for event in dict.fromkeys(event for result in results for event in evaluated_events(result)):
        if event.id:
            yield dict(event.source)


def _periods(results: Iterable[MeasureResult]) -> Iterator[str]:
    return iter(dict.fromkeys(f"{r.period.start}/{r.period.end}" for r in results))


def _entry(resource: Resource) -> Resource:
    return {"fullUrl": f"{BASE}/{resource['resourceType']}/{resource['id']}", "resource": resource}


def _coded(system: str, code: str, text: str = "") -> Resource:
    return {"coding": [{"system": system, "code": str(code)}]} | ({"text": text} if text else {})
