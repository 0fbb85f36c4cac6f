"""summary.csv, summary.json and the summary MeasureReports, from the tally."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from measures.batch.job import Job, Tally
from measures.batch.tallying import STATUS, SUPPLEMENTAL
from measures.group import POPULATIONS, GapStatus, Group
from measures.measure import Measure
from measures.report import summary_report
from measures.spreadsheet import cell
from measures.summary import GroupSummary, MeasureSummary, rate_of
from measures.supplemental import ELEMENTS
from measures.terminology import Code

TABLE = "summary.csv"
SUMMARY = "summary.json"
REPORTS = "MeasureReport-summary.ndjson"


def summaries(measures: Iterable[Measure], tally: Tally) -> tuple[MeasureSummary, ...]:
    """What the counts say of each measure."""
    return tuple(
        MeasureSummary(
            measure,
            tuple(_group(measure.id, group, tally) for group in measure.groups),
            _supplemental(measure.id, tally),
        )
        for measure in measures
    )


def _group(measure: str, group: Group, tally: Tally) -> GroupSummary:
    def populations(stratum: str) -> dict[str, int]:
        return {name: tally.counts[measure, group.id, stratum, name] for name in POPULATIONS}

    return GroupSummary(
        group.id,
        group.title,
        populations(""),
        {status: tally.counts[measure, group.id, "", STATUS, status.value] for status in GapStatus},
        {stratum: populations(stratum) for stratum in group.strata},
    )


def _supplemental(measure: str, tally: Tally) -> dict[str, dict[Code, int]]:
    found: dict[str, dict[Code, int]] = {element: {} for element in ELEMENTS}
    for key in sorted(k for k in tally.counts if k[0] == measure and k[1] == SUPPLEMENTAL):
        found[key[2]][Code(*key[3:])] = tally.counts[key]
    return {element: codes for element, codes in found.items() if codes}


def write_summaries(
    found: Sequence[MeasureSummary], tally: Tally, problems: int, job: Job, folder: Path
) -> None:
    """Write the three files into the folder. The reports carry the job's moment, else the period's end."""
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(HEADINGS)
        table.writerows([cell(value) for value in row] for summary in found for row in _rows(summary, job))
    told = _told(found, tally, problems, job)
    (folder / SUMMARY).write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    if job.fhir:
        reports = [summary_report(summary, job.period, job.vocabulary, job.fhir) for summary in found]
        lines = (orjson.dumps(report, option=orjson.OPT_APPEND_NEWLINE) for report in reports)
        (folder / REPORTS).write_bytes(b"".join(lines))


# -- the table -----------------------------------------------------------------------------------------------

HEADINGS = (
    "measure", "title", "version", "group", "stratum", "improvement", *POPULATIONS, "rate",
    *(f"patients {status.value}" for status in GapStatus), "period", "vocabulary", "vocabulary hash", "use",
)  # fmt: skip


def _rows(summary: MeasureSummary, job: Job) -> Iterator[tuple[object, ...]]:
    measure, vocabulary = summary.measure, job.vocabulary
    use = "" if vocabulary.for_reporting else "not for reporting"
    period = f"{job.period.start}/{job.period.end}"
    last = (period, vocabulary.label, vocabulary.content_hash, use)
    for group in summary.groups:
        first = (measure.id, measure.title, measure.version, group.title or group.id)
        statuses = [group.statuses[status] for status in GapStatus]
        yield (*first, "", measure.improvement, *_counts(group.populations), *statuses, *last)
        for stratum, populations in group.strata.items():
            unsaid = [""] * len(GapStatus)
            yield (*first, stratum, measure.improvement, *_counts(populations), *unsaid, *last)


def _counts(populations: Mapping[str, int]) -> list[object]:
    rate = rate_of(populations)
    return [*(populations[name] for name in POPULATIONS), "" if rate is None else f"{rate:.6f}"]


# -- the same for programs -----------------------------------------------------------------------------------


def _told(found: Iterable[MeasureSummary], tally: Tally, problems: int, job: Job) -> dict[str, Any]:
    vocabulary = job.vocabulary
    return {
        "period": {"start": job.period.start.isoformat(), "end": job.period.end.isoformat()},
        "vocabulary": {
            "label": vocabulary.label,
            "content_hash": vocabulary.content_hash,
            "for_reporting": vocabulary.for_reporting,
        },
        "patients": tally.patients,
        "problems": problems,
        "measures": [_measure(summary) for summary in found],
    }


def _measure(summary: MeasureSummary) -> dict[str, Any]:
    measure = summary.measure
    return {
        "id": measure.id,
        "title": measure.title,
        "version": measure.version,
        "steward": measure.steward,
        "improvement": measure.improvement,
        "counts": "episodes" if measure.episodes else "patients",
        "groups": [
            {
                "id": group.id,
                "title": group.title,
                "populations": dict(group.populations),
                "rate": group.rate,
                "patients": {status.value: number for status, number in group.statuses.items()},
                "strata": {
                    name: {"populations": dict(counts), "rate": rate_of(counts)}
                    for name, counts in group.strata.items()
                },
            }
            for group in summary.groups
        ],
        "supplemental": {
            element: [
                {"system": code.system, "code": code.value, "display": code.display, "patients": number}
                for code, number in codes.items()
            ]
            for element, codes in summary.supplemental.items()
        },
    }
