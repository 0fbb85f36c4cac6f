"""A risk model watched while a panel is scored: do inputs and scores still look as at training, and do events
come as often as was foretold?

Both are counted in the pass that scores the panel, a patient at a time, and kept by host EHR and model. What
they say of a model is told with each of its scores: see `measures/risk/watch.py` for when it is called stale.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from cds_service.outside.risk_nights import RiskNights
from cds_service.outside.risk_scores import RiskScores
from measures.record import PatientRecord
from measures.risk.drift import SCORE, PanelCount
from measures.risk.feature import answers
from measures.risk.model import Model
from measures.risk.outcome import OUTCOMES, came_within
from measures.risk.score import Score
from measures.risk.scoring import features_of
from measures.risk.watch import Month, Night, Watched, periods, why_stale

LOOK_BACK_DAYS = 400
"""Of days that were scored: what came of them is counted anew at each refresh, for records arrive late."""


class RiskWatch:
    """Counts a refresh, and tells what was counted."""

    def __init__(self, nights: RiskNights, scores: RiskScores) -> None:
        self.nights = nights
        self._scores = scores

    def begin(self, host_ehr: str, key: str, model: Model | None, day: date, covered: date) -> CountedNight:
        """A night to count. The records tell of events until the day that is `covered`."""
        days = self.nights.days(host_ehr, key, day - timedelta(LOOK_BACK_DAYS)) if model else ()
        first_of_month = {(one.year, one.month): one for one in reversed(days) if one < day}
        return CountedNight(self._scores, host_ehr, key, model, (day, covered), set(first_of_month.values()))

    def keep(self, counted: CountedNight) -> None:
        """The night has ended."""
        self.nights.keep(counted.host_ehr, counted.key, counted.night(), counted.months())

    def told(self, host_ehr: str, key: str, model: Model | None, day: date, most: int = 1) -> Watched:
        """What is known on a day."""
        nights = self.nights.nights(host_ehr, key, most)
        found = periods(self.nights.months(host_ehr, key)) if model else ()
        night = nights[0] if nights else None
        stale = why_stale(_trained_on(model), day, night, found) if model else ""
        return Watched(night, nights[1:], found, stale, trained=model is not None)


class CountedNight:
    """One refresh while it runs; memory does not grow with the panel."""

    def __init__(
        self,
        scores: RiskScores,
        host_ehr: str,
        key: str,
        model: Model | None,
        days: tuple[date, date],
        foretold_on: Collection[date],
    ) -> None:
        self.host_ehr = host_ehr
        self.key = key
        self._scores = scores
        self._model = model
        self._day, self._covered = days
        self._asked = features_of(tuple(column.id for column in model.columns))[0] if model else ()
        self._count = PanelCount(model.card.get("profile", {}) if model else {})
        self._abstained = 0
        self._patients = 0
        self._months = {day: Month(day, 0, 0.0, 0) for day in foretold_on}

    def add(self, record: PatientRecord, score: Score) -> None:
        """One patient, as scored now; and what came of what was foretold of this patient earlier."""
        self._patients += 1
        if score.abstained:
            self._abstained += 1
        elif self._model is not None:
            known = answers(record, self._day, self._asked)
            chance = score.at[self._model.horizons[-1]]
            self._count.add({**{name: answer.number for name, answer in known.items()}, SCORE: chance})
        if self._months and self._model is not None:
            self._look_back(record, self._model)

    def night(self) -> Night:
        """What was counted of the panel."""
        drift = tuple(self._count.drift()) if self._count.patients else ()
        return Night(self._day, self._patients, self._abstained, drift)

    def months(self) -> tuple[Month, ...]:
        """What was counted of earlier days whose time is over."""
        return tuple(month for month in self._months.values() if month.patients)

    def _look_back(self, record: PatientRecord, model: Model) -> None:
        horizon = min(model.horizons)
        came = came_within(record, OUTCOMES[model.outcome], self._months, horizon, self._covered)
        if not came:
            return
        for day, chance in self._scores.foretold(self.host_ehr, record.id, self.key, came).items():
            held = self._months[day]
            self._months[day] = Month(
                day, held.patients + 1, held.expected + chance, held.observed + came[day]
            )


def _trained_on(model: Model) -> date | None:
    """None for a model whose card does not say it."""
    try:
        return date.fromisoformat(str(model.card.get("trained_on", "")))
    except ValueError:
        return None
