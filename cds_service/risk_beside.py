"""The outcomes that are told beside the one that ranks: scored in each refresh, and anew for an open chart.

A CDS call never asks for them. What is kept of them is what was said on each day, by host EHR, patient and
model, as of a model in shadow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from cds_service.outside.risk_scores import RiskScores
from cds_service.risk_choice import InUse
from cds_service.risk_watch import RiskWatch
from measures.malformed import answered
from measures.record import PatientRecord
from measures.risk.outlook import Outlook
from measures.risk.score import Score

_AT_ONCE = 500  # scores in one transaction


class NightBeside:
    """The refresh of one panel while it runs; memory does not grow with the panel."""

    def __init__(
        self,
        scores: RiskScores,
        watch: RiskWatch,
        host_ehr: str,
        beside: Iterable[InUse],
        days: tuple[date, date],
    ) -> None:
        """`days` are the day the scores are of, and the last day the records tell of."""
        self._scores, self._watch, self._host_ehr = scores, watch, host_ehr
        self._day = days[0]
        self._counted = [(one, watch.begin(host_ehr, one, *days)) for one in beside if one.scores]
        self._held: list[tuple[str, Score]] = []

    def add(self, record: PatientRecord) -> None:
        """One patient."""
        for used, counted in self._counted:
            read = scored(used, record, self._day)
            if read is not None:
                counted.add(*read)
                self._held.append((used.key, read[1]))
        if len(self._held) >= _AT_ONCE:
            self._keep()

    def end(self) -> None:
        """The night has ended."""
        self._keep()
        for _, counted in self._counted:
            self._watch.keep(counted)

    def _keep(self) -> None:
        self._scores.remember(self._host_ehr, self._held)
        self._held = []


def panel_beside(
    scores: RiskScores, host_ehr: str, ranks: str, beside: InUse, day: date
) -> Iterator[Outlook]:
    """The panel of the last refresh, ranked by the model of the key `ranks`, as it would stand ranked by a
    model that scored it `beside` on that day; what changed since the month before is not kept of that.
    """
    panel = scores.panel(host_ehr, ranks)
    while held := list(islice(panel, _AT_ONCE)):
        told = scores.last_said(host_ehr, [one.score.patient for one in held], [beside.key], day)
        for one in held:
            said = told.get(one.score.patient, {}).get(beside.key)
            at = said.at if said and said.day == day else {}
            score = replace(one.score, outcome=beside.foretold.outcome, points=None, at=at)
            yield replace(one, score=score, before=None, before_on=None, before_at={})


def scored(used: InUse, record: PatientRecord, day: date) -> tuple[PatientRecord, Score] | None:
    """The score, and the record it was made of: without what cannot be read. None where that is the Patient,
    or where nothing scores.
    """
    makes = used.scores
    return None if makes is None else answered(record, lambda held: makes(held, day))
