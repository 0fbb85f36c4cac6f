"""A risk model watched while a panel is scored: do inputs and scores still look as at training, and do events
come as often as was foretold?

Both are counted in the pass that scores the panel, a patient at a time, and kept by host EHR and model. What
they say of a model is told with each of its scores: see `measures/risk/watch.py` for when it is called stale.
The expert points are watched by what can be told of them: see `measures/risk/bands.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from cds_service.outside.risk_nights import RiskNights
from cds_service.outside.risk_scores import RiskScores
from cds_service.risk_choice import InUse
from measures.record import PatientRecord
from measures.risk.bands import EVENT, HORIZON, as_first_counted, band_of
from measures.risk.drift import SCORE, PanelCount
from measures.risk.feature import answers
from measures.risk.model import Model
from measures.risk.outcome import OUTCOMES, came_within
from measures.risk.score import Score
from measures.risk.scoring import features_of
from measures.risk.watch import BandMonth, Month, Night, Watched, periods, why_stale

LOOK_BACK_DAYS = 400
"""Of days that were scored: what came of them is counted anew at each refresh, for records arrive late."""


class RiskWatch:
    """Counts a refresh, and tells what was counted."""

    def __init__(self, nights: RiskNights, scores: RiskScores) -> None:
        self.nights = nights
        self._scores = scores

    def begin(self, host_ehr: str, used: InUse, day: date, covered: date) -> CountedNight:
        """A night to count. The records tell of events until the day that is `covered`."""
        days = self.nights.days(host_ehr, used.key, day - timedelta(LOOK_BACK_DAYS))
        first_of_month = {(one.year, one.month): one for one in reversed(days) if one < day}
        first = None if used.model else self.nights.first(host_ehr, used.key)
        foretold_on = set(first_of_month.values())
        return CountedNight(self._scores, host_ehr, used, (day, covered), foretold_on, first)

    def keep(self, counted: CountedNight) -> None:
        """The night has ended."""
        self.nights.keep(counted.host_ehr, counted.key, counted.night(), counted.months(), counted.bands())

    def told(self, host_ehr: str, key: str, model: Model | None, day: date, most: int = 1) -> Watched:
        """What is known on a day."""
        nights = self.nights.nights(host_ehr, key, most)
        night, earlier = nights[0] if nights else None, nights[1:]
        if model is None:
            bands, first = self.nights.bands(host_ehr, key), self.nights.first(host_ehr, key)
            return Watched(night, earlier, trained=False, bands=bands, first=first.as_of if first else None)
        found = periods(self.nights.months(host_ehr, key))
        return Watched(night, earlier, found, why_stale(_trained_on(model), day, night, found))


class CountedNight:
    """One refresh while it runs; memory does not grow with the panel. Of the expert points the `first` night
    is what others are compared with, and events are counted by band.
    """

    def __init__(
        self,
        scores: RiskScores,
        host_ehr: str,
        used: InUse,
        days: tuple[date, date],
        foretold_on: Collection[date],
        first: Night | None,
    ) -> None:
        self.host_ehr, self.key = host_ehr, used.key
        self._scores, self._model = scores, used.model
        self._day, self._covered = days
        points = used.policy.expert_points()
        if used.model:
            self._asked = features_of(tuple(column.id for column in used.model.columns))[0]
            self._count = PanelCount(used.model.card.get("profile", {}))
            self._event, self._horizon = OUTCOMES[used.model.outcome], min(used.model.horizons)
        else:
            self._asked = points.features
            self._count = PanelCount(as_first_counted(points, first))
            self._event, self._horizon = OUTCOMES[EVENT], HORIZON
        self._abstained = self._patients = 0
        self._months = {day: Month(day, 0, 0.0, 0) for day in foretold_on}
        self._bands: dict[tuple[date, int], BandMonth] = {}

    def add(self, record: PatientRecord, score: Score) -> None:
        """One patient, as scored now; and what came of what was foretold of this patient earlier."""
        self._patients += 1
        if score.abstained:
            self._abstained += 1
        else:
            known = answers(record, self._day, self._asked)
            said = score.points if self._model is None else score.at[self._model.horizons[-1]]
            self._count.add({**{name: answer.number for name, answer in known.items()}, SCORE: said})
        if self._months:
            self._look_back(record)

    def night(self) -> Night:
        """What was counted of the panel."""
        counted = self._count.drift if self._model else self._count.drift_since
        drift = tuple(counted()) if self._count.patients else ()
        return Night(self._day, self._patients, self._abstained, drift)

    def months(self) -> tuple[Month, ...]:
        """What was counted of earlier days whose time is over."""
        return tuple(month for month in self._months.values() if month.patients)

    def bands(self) -> tuple[BandMonth, ...]:
        """The same of the expert points, by band."""
        return tuple(self._bands.values())

    def _look_back(self, record: PatientRecord) -> None:
        came = came_within(record, self._event, self._months, self._horizon, self._covered)
        if not came:
            return
        for day, said in self._scores.foretold(self.host_ehr, record.id, self.key, came).items():
            if self._model is None:
                place = (day, band_of(said))
                band = self._bands.get(place, BandMonth(*place, 0, 0))
                self._bands[place] = BandMonth(*place, band.patients + 1, band.observed + came[day])
            else:
                held = self._months[day]
                more = (held.patients + 1, held.expected + said, held.observed + came[day])
                self._months[day] = Month(day, *more)


def _trained_on(model: Model) -> date | None:
    """None for a model whose card does not say it."""
    try:
        return date.fromisoformat(str(model.card.get("trained_on", "")))
    except ValueError:
        return None
