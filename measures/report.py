"""FHIR MeasureReports as plain dicts: of one patient, and of all. (FHIR R4; Da Vinci DEQM profiles)

A report made with the starter vocabulary says in its text and its tags that it is not for reporting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from measures.criteria import Logic
from measures.event import Event
from measures.group import POPULATIONS, GroupResult
from measures.measure import Measure, MeasureResult
from measures.summary import MeasureSummary, rate_of
from measures.terminology import Vocabulary
from measures.time import Period

Resource = dict[str, Any]

DEQM = "http://hl7.org/fhir/us/davinci-deqm"
INDIVIDUAL = f"{DEQM}/StructureDefinition/indv-measurereport-deqm"
SUMMARY = f"{DEQM}/StructureDefinition/summary-measurereport-deqm"
CRITERIA_REFERENCE = f"{DEQM}/StructureDefinition/extension-criteriaReference"
SUPPLEMENTAL_DATA = f"{DEQM}/StructureDefinition/extension-supplementalData"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
REPORTER = "Throughline"


def report_id(*parts: object) -> str:
    """The same id for the same content, so that a second run replaces the first."""
    return str(uuid5(NAMESPACE_URL, "throughline:" + "|".join(map(str, parts))))


def individual_report(result: MeasureResult, made_at: datetime) -> Resource:
    """What a measure says of one patient, with the resources that it was judged by."""
    measure, found = result.measure, result.found
    report = _report(measure, result.period, found.record.vocabulary, made_at, result.patient_id)
    report["meta"]["profile"] = [INDIVIDUAL]
    report |= {
        "type": "individual",
        "subject": {"reference": f"Patient/{result.patient_id}"},
        "text": narrative(f"{measure.title}: {result.status}. {result.reason}", found.record.vocabulary),
        "group": [_group(g.group.id, g.group.title, g.populations, g.strata) for g in result.groups],
    }
    evaluated = [
        {
            "reference": event.reference,
            "extension": [{"url": CRITERIA_REFERENCE, "valueString": name} for name in populations],
        }
        for event, populations in evaluated_events(result).items()
    ]
    return report | ({"evaluatedResource": evaluated} if evaluated else {})


def summary_report(
    summary: MeasureSummary, period: Period, vocabulary: Vocabulary, made_at: datetime
) -> Resource:
    """The counts and rates of a measure over all patients, with strata and supplemental data."""
    report = _report(summary.measure, period, vocabulary, made_at, "summary")
    report["meta"]["profile"] = [SUMMARY]
    report |= {"type": "summary", "text": narrative(summary.measure.title, vocabulary), "group": []}
    for group in summary.groups:
        told = _group(group.id, group.title, group.populations, group.strata, scored=True)
        report["group"].append(told)
    supplemental = list(_supplemental(summary))
    if supplemental:
        report["contained"] = supplemental
        report["extension"] = [
            {"url": SUPPLEMENTAL_DATA, "valueReference": {"reference": f"#{observation['id']}"}}
            for observation in supplemental
        ]
    return report


def evaluated_events(result: MeasureResult) -> dict[Event, dict[str, None]]:
    """What proves the result, each event with the populations it bears on."""
    found: dict[Event, dict[str, None]] = {}
    for group in result.groups:
        for population, tree in deciding_trees(group):
            for leaf in tree.leaves():
                finding = group.found[leaf]
                if finding.met:
                    for event in finding.evidence:
                        found.setdefault(event, {})[population] = None
    return found


def deciding_trees(group: GroupResult) -> Iterator[tuple[str, Logic]]:
    """The populations on which a case was decided: none of a patient who is not in the measure at all."""
    counts, trees = group.populations, group.group
    if not counts["denominator"]:
        return
    yield "initial-population", trees.initial_population
    if counts["denominator-exclusion"]:
        yield "denominator-exclusion", trees.exclusions
        return
    yield "numerator", trees.numerator
    yield "denominator-exception", trees.exceptions


def measure_canonical(measure: Measure) -> str:
    return f"urn:throughline:measure:{measure.id}|{quote(measure.version)}"


def narrative(words: str, vocabulary: Vocabulary) -> Resource:
    """The text of a resource, with the vocabulary's label where that is not for reporting."""
    said = words if vocabulary.for_reporting else f"{words} ({vocabulary.label})"
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(said)}</div>',
    }


def tags(vocabulary: Vocabulary) -> list[Resource]:
    held = [{"system": "urn:throughline:vocabulary", "code": vocabulary.content_hash}]
    if not vocabulary.for_reporting:
        held.append({"system": "urn:throughline:use", "code": "not-for-reporting"})
    return held


def _report(
    measure: Measure, period: Period, vocabulary: Vocabulary, made_at: datetime, about: str
) -> Resource:
    return {
        "resourceType": "MeasureReport",
        "id": report_id("MeasureReport", measure.id, period.start, period.end, about),
        "meta": {"tag": tags(vocabulary)},
        "status": "complete",
        "measure": measure_canonical(measure),
        "date": made_at.isoformat(timespec="seconds"),
        "reporter": {"display": REPORTER},
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "improvementNotation": {
            "coding": [{"system": f"{TERMINOLOGY}/measure-improvement-notation", "code": measure.improvement}]
        },
    }


def _group(
    name: str,
    title: str,
    populations: Mapping[str, int],
    strata: Mapping[str, Mapping[str, int]],
    scored: bool = False,
) -> Resource:
    told = {"id": name, "code": {"text": title or name}, "population": _populations(populations)}
    told |= _score(populations) if scored else {}
    if strata:
        stratum = [
            {"value": {"text": stratum}, "population": _populations(counts)}
            | (_score(counts) if scored else {})
            for stratum, counts in strata.items()
        ]
        told["stratifier"] = [{"stratum": stratum}]
    return told


def _populations(counts: Mapping[str, int]) -> list[Resource]:
    return [
        {
            "code": {"coding": [{"system": f"{TERMINOLOGY}/measure-population", "code": name}]},
            "count": counts.get(name, 0),
        }
        for name in POPULATIONS
    ]


def _score(counts: Mapping[str, int]) -> Resource:
    rate = rate_of(counts)
    return {} if rate is None else {"measureScore": {"value": round(rate, 6)}}


def _supplemental(summary: MeasureSummary) -> Iterator[Resource]:
    """How many of the initial population have each code: one contained Observation a code."""
    number = 0
    for element, codes in summary.supplemental.items():
        for code, count in codes.items():
            number += 1
            coding = {"system": code.system, "code": code.value, "display": code.display}
            yield {
                "resourceType": "Observation",
                "id": f"{element}-{number}",
                "extension": [{"url": CRITERIA_REFERENCE, "valueString": f"sde-{element}"}],
                "status": "final",
                "code": {"coding": [{k: v for k, v in coding.items() if v}], "text": element},
                "valueInteger": count,
            }
