"""One line of results.ndjson: what one measure says of one patient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from measures.batch.job import Job
from measures.criteria import Criterion
from measures.group import GroupResult
from measures.measure import MeasureResult
from measures.report import deciding_trees


def row(result: MeasureResult, job: Job) -> dict[str, Any]:
    """Populations and strata by group, status and reason, the references that prove it, and what it rests
    on.
    """
    measure, period, vocabulary = result.measure, result.period, job.vocabulary
    return {
        "patient": result.patient_id,
        "measure": measure.id,
        "measure_version": measure.version,
        "period": f"{period.start}/{period.end}",
        "status": result.status,
        "reason": result.reason,
        "groups": [_group(group) for group in result.groups],
        "evidence": {leaf.name: references for leaf, references in _evidence(result)},
        "vocabulary": vocabulary.content_hash,
        "for_reporting": vocabulary.for_reporting,
    }


def _group(group: GroupResult) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": group.group.id,
        "status": group.status,
        "populations": group.populations,
        "next_steps": [step.name for step in group.next_steps],
    }
    if group.strata:
        told["strata"] = group.strata
    return told


def _evidence(result: MeasureResult) -> Iterator[tuple[Criterion, list[str]]]:
    """Of each criterion that placed the patient where they are, the resources that prove it."""
    for group in result.groups:
        for leaf in dict.fromkeys(leaf for _, tree in deciding_trees(group) for leaf in tree.leaves()):
            finding = group.found[leaf]
            if finding.met and finding.evidence:
                yield leaf, [event.reference for event in finding.evidence]
