"""The risk of a patient as this installation tells it: read where it was scored, scored where it was not.

One place decides by what: the switch, the live model, the quality team's file. A score is read when it is of
today or yesterday, of what is in use now, and the record at hand holds no fact that it was not made of; else
it is made from that record, and kept. Records carry what consent allows and nothing else, so neither do
scores. Who may not read all types that are scored is shown a score of what they may read; it is neither kept
nor compared. Nor is one kept that lacks what claims and other sources say of the patient: a refresh counts
them, a CDS call does not read them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import structlog

from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database, DatabaseUnavailable
from cds_service.outside.ledger import Note
from cds_service.outside.other_sources import OtherSources
from cds_service.outside.risk_models import RiskModels
from cds_service.outside.risk_nights import RiskNights
from cds_service.outside.risk_policies import RiskPolicies
from cds_service.outside.risk_scores import RiskScores
from cds_service.outside.telemetry import failures
from cds_service.outside.vault import Vault
from cds_service.outside.worklists import Worklists
from cds_service.risk_beside import NightBeside, panel_beside, scored
from cds_service.risk_choice import InUse, beside, first
from cds_service.risk_policy import parse_policy, shipped_policy
from cds_service.risk_watch import RiskWatch
from cds_service.scored_records import is_whole, outlook_of, sees_all
from measures.record import PatientRecord
from measures.risk.course import DAYS, Said, course, said
from measures.risk.outlook import Outlook, compared, outlook, readable, to_keep
from measures.risk.policy import Policy
from measures.risk.score import Score
from measures.risk.seen import has_news
from measures.risk.worklist import Candidate, candidate, worklist

FRESH_DAYS = 1
BESIDE_DAYS = 7  # what was said of another outcome before that is not told on a list any more
CACHE_SECONDS = 1.0

_log = structlog.get_logger()


Keeping = Callable[[Note], None]
"""Takes what keeps a score, and does it in a transaction of its own choice."""


@dataclass(frozen=True)
class Listed:
    """A worklist: who is on it, in order, the latest scores, and who looks after whom. `beside` is what was
    said last of the other outcomes, by patient and outcome.
    """

    patients: tuple[str, ...]
    outlooks: Mapping[str, Outlook]
    owners: Mapping[str, str]
    beside: Mapping[str, Mapping[str, Said]]


class Risk:
    """Safe for threads; every process sees a change of model, file or switch within a second."""

    def __init__(self, database: Database, vault: Vault, audit: AuditLog) -> None:
        self.scores = RiskScores(database, vault)
        self.models = RiskModels(database, audit)
        self.policies = RiskPolicies(database, audit)
        self.worklists = Worklists(database, audit)
        self._others = OtherSources(database, vault)
        self.watch = RiskWatch(RiskNights(database), self.scores)
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._stamp: object = None
        self._held: InUse | None = None
        self._beside: tuple[InUse, ...] | None = None
        self._stale: dict[tuple[str, str, date], tuple[float, str]] = {}

    def in_use(self) -> InUse:
        """The model, or the points, that scores now."""
        with self._lock:
            if self._held is None or clock.monotonic() - self._read_at > CACHE_SECONDS:
                stamp = (*self.models.in_use(), self.policies.number())
                if self._held is None or stamp != self._stamp:
                    self._held = first(stamp[0], stamp[1], self.policy(), self.models.read)
                    self._beside, self._stamp = None, stamp
                self._read_at = clock.monotonic()
            return self._held

    def beside(self, tried: Policy | None = None) -> tuple[InUse, ...]:
        """What scores the outcomes that are told beside the first, or would under a file that is `tried`; a
        CDS call never asks.
        """
        if tried is not None:
            return beside(*self.models.in_use(), tried, self.models.read)
        policy = self.in_use().policy
        with self._lock:
            if self._beside is None:
                self._beside = beside(*self.models.in_use(), policy, self.models.read)
            return self._beside

    def forget(self) -> None:
        """Look again at the next question: after this process changed something itself."""
        self._read_at = float("-inf")
        self._stale = {}

    def policy(self) -> Policy:
        """The quality team's file in use."""
        released = self.policies.latest()
        if released is None:
            return shipped_policy()
        return parse_policy(released.text.encode(), released.path)

    def of(
        self,
        host_ehr: str,
        record: PatientRecord,
        day: date,
        *,
        with_others: bool = False,
        keeping: Keeping | None = None,
    ) -> Outlook | None:
        """Of one patient on a day; None while risk is switched off. `with_others`: what other sources say is
        in the record. A score that is made is kept at once, unless `keeping` takes it.
        """
        now = self.in_use()
        found = self._found(host_ehr, now, record, day, with_others, keeping)
        return None if found is None else _called_stale(found, self.why_stale(host_ehr, now, day))

    def of_beside(self, host_ehr: str, record: PatientRecord, day: date) -> tuple[Score, ...]:
        """The other outcomes of one patient on a day, as far as a model tells them: made anew of the record
        at hand, and kept nowhere.
        """
        told = ((one, scored(one, record, day)) for one in self.beside())
        return tuple(
            _labelled_stale(read[1], self.why_stale(host_ehr, one, day)) for one, read in told if read
        )

    def course(self, host_ehr: str, record: PatientRecord, now: Outlook) -> tuple[Said, ...]:
        """How the risk of a patient went until the outlook of `now`; nothing for who may not read all that
        is scored.
        """
        last = said(now)
        if last is None or not sees_all(record):
            return ()
        since = last.day - timedelta(DAYS)
        return course(self.scores.course(host_ehr, record.id, self.in_use().key, since), last)

    def listed(self, host_ehr: str, day: date) -> Listed:
        """The worklist as it was made at the last refresh, each patient with the latest score."""
        patients, now = self.worklists.patients(host_ehr), self.in_use()
        held, why = self.scores.of_patients(host_ehr, patients), self.why_stale(host_ehr, now, day)
        outlooks = {patient: _called_stale(one, why) for patient, one in held.items()}
        outcome_of = {one.key: one.foretold.outcome for one in self.beside() if one.scores}
        said = self.scores.last_said(host_ehr, patients, outcome_of, day - timedelta(BESIDE_DAYS))
        beside = {p: {outcome_of[key]: one for key, one in held.items()} for p, held in said.items()}
        return Listed(patients, outlooks, self.worklists.owners(host_ehr), beside)

    def why_stale(self, host_ehr: str, now: InUse, day: date) -> str:
        """Why the scores in use are to be called stale at a host EHR; empty while they are not."""
        if now.model is None:
            return ""
        asked = (host_ehr, now.key, day)
        read_at, why = self._stale.get(asked, (float("-inf"), ""))
        if clock.monotonic() - read_at > CACHE_SECONDS:
            why = self.watch.told(host_ehr, now.key, now.model, day).stale
            today = {held: told for held, told in self._stale.items() if held[-1] == day}
            self._stale = {**today, asked: (clock.monotonic(), why)}
        return why

    def refresh(
        self,
        host_ehr: str,
        records: Iterable[PatientRecord],
        day: date,
        shadow: InUse | None = None,
        covered: date | None = None,
    ) -> int:
        """Score everybody of a panel, one at a time, and list the worklist anew; how many were scored.

        A model in `shadow` scores instead of what is in use: that is only remembered, and moves nobody.
        `covered` is the last day the records tell of, where it is not `day`: what came of earlier scores is
        counted until then.
        """
        now = shadow or self.in_use()
        makes = now.scores
        if makes is None:
            return 0
        days = (day, covered or day)
        watched = self.watch.begin(host_ehr, now, *days)
        others = NightBeside(self.scores, self.watch, host_ehr, () if shadow else self.beside(), days)

        def made() -> Iterator[Outlook]:
            for record in records:
                read = readable(makes, record, day)
                if read is not None:
                    watched.add(read[0], read[1].score)
                    others.add(read[0])
                    yield to_keep(read[1], record)

        count = self.scores.keep_panel(host_ehr, now.key, made(), shadow=shadow is not None)
        self.watch.keep(watched)
        others.end()
        if shadow is None:
            self.worklists.replace(host_ehr, [one.patient for one in self.ranked(host_ehr, now)])
        return count

    def ranked(
        self, host_ehr: str, by: InUse, panel: Iterable[Outlook] | None = None
    ) -> tuple[Candidate, ...]:
        """Who would be on the worklist, the highest risk first; of the panel as it was last scored unless
        another is given.
        """
        owners = self.worklists.owners(host_ehr)
        held = self.scores.panel(host_ehr, by.key) if panel is None else panel
        managed = (candidate(one, by.policy, owners.get(one.score.patient, "")) for one in held)
        return worklist(managed, by.policy)

    def kept_beside(self, host_ehr: str, tried: InUse) -> Iterator[Outlook] | None:
        """The panel of the last refresh as a model scored it beside what ranks now; None where it did not."""
        ranks = self.in_use().key
        nights = [self.watch.nights.nights(host_ehr, key) for key in (ranks, tried.key)]
        if not all(nights) or nights[0][0].as_of != nights[1][0].as_of:
            return None
        return panel_beside(self.scores, host_ehr, ranks, tried, nights[0][0].as_of)

    def _found(
        self,
        host_ehr: str,
        now: InUse,
        record: PatientRecord,
        day: date,
        with_others: bool,
        keeping: Keeping | None,
    ) -> Outlook | None:
        """Read, or made and kept. Who takes the keeping writes cards, and needs no more than they tell."""
        if now.scores is None:
            return None
        made_anew = outlook if keeping is None else compared
        if not sees_all(record):
            return outlook_of(now.scores, record, day, made_anew)
        held = self.scores.latest(host_ehr, record.id)
        if held is not None and held[0] == now.key:
            age = day - held[1].score.as_of
            if timedelta(0) <= age <= timedelta(FRESH_DAYS) and not has_news(record, held[1].seen):
                return held[1]
        keeps = is_whole(record) and (with_others or not self._others.tell_of(host_ehr, record.id))
        makes = outlook if keeps else made_anew
        made = record.remember((now.scores, day, makes), partial(outlook_of, now.scores, record, day, makes))
        if not keeps:
            return made
        kept = to_keep(made, record)
        if keeping is None:
            self._keep(host_ehr, now.key, kept)
        else:
            keeping(lambda ehr, within: self.scores.keep(ehr, now.key, kept, within=within))
        return kept

    def _keep(self, host_ehr: str, key: str, made: Outlook) -> None:
        try:
            self.scores.keep(host_ehr, key, made)
        except DatabaseUnavailable as error:  # the score is as true when it could not be kept
            _log.warning("risk score not kept", reason=error.cause)
            failures.labels("risk-keep").inc()

    def tried(self, policy: Policy) -> InUse:
        """What would score if this were the quality team's file."""
        return first(*self.models.in_use(), policy, self.models.read)


def _called_stale(outlook: Outlook, why: str) -> Outlook:
    """The label says it wherever the score is told."""
    return replace(outlook, score=_labelled_stale(outlook.score, why)) if why else outlook


def _labelled_stale(score: Score, why: str) -> Score:
    return replace(score, label=f"stale, {why}; {score.label}") if why else score
