"""What scores at this moment: chosen by the switch, the promoted models and the quality team's file.

The file names the outcomes that are told. The first ranks the worklist and is on cards and pages: by the
model promoted for it, else by the expert points. The others stand beside it, each where a model is promoted
for it: points cannot tell one outcome from another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import structlog

from cds_service.outside.risk_models import Position
from cds_service.outside.telemetry import failures
from measures.record import PatientRecord
from measures.risk.model import Model, ModelError
from measures.risk.outlook import Scores
from measures.risk.policy import Foretold, Policy
from measures.risk.score import Score
from measures.risk.scoring import features_of, score_where_it_applies

ReadsModel = Callable[[str], Model]
"""A model by its hash. Raises ModelError."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class InUse:
    """What scores one outcome. `scores` is None while risk is switched off, or where an outcome that stands
    beside has no model; `key` names model or points with their version.
    """

    scores: Scores | None
    key: str
    label: str
    policy: Policy
    foretold: Foretold
    note: str = ""  # why it is not the model that was promoted, or why it is none
    model: Model | None = None  # None: the points, or nothing


def first(position: Position, live: Mapping[str, str], policy: Policy, read: ReadsModel) -> InUse:
    """What ranks. `live` gives the hash of the promoted model of each outcome."""
    if position == "off":
        return InUse(None, "", "", policy, policy.first, "risk is switched off")
    found = _of(policy.first, position, live, policy, read)
    if found.scores is not None:
        return found
    # Where nobody promoted anything, points for acute care are what the file asks for.
    silent = not live and policy.first == Policy().first
    return replace(of_points(policy), note="" if silent else found.note)


def beside(
    position: Position, live: Mapping[str, str], policy: Policy, read: ReadsModel
) -> tuple[InUse, ...]:
    """What scores the other outcomes, in the order of the file."""
    if position == "off":
        return ()
    return tuple(_of(one, position, live, policy, read) for one in policy.outcomes[1:])


def _of(
    foretold: Foretold, position: Position, live: Mapping[str, str], policy: Policy, read: ReadsModel
) -> InUse:
    """The promoted model of an outcome; nothing that scores, and why, where it cannot be used."""
    hash_ = live.get(foretold.outcome)
    if hash_ is None:
        note = f"no model of {foretold.outcome} is promoted"
    elif position != "on":
        note = "models are switched off"
    else:
        try:
            return replace(_allowed(read(hash_), policy), foretold=foretold)
        except ModelError as error:
            _log.error("risk model not used", outcome=foretold.outcome, reason=str(error))
            failures.labels("risk-model").inc()
            note = str(error)
    return InUse(None, "", "", policy, foretold, note)


def _allowed(model: Model, policy: Policy) -> InUse:
    used = {column.id for column in model.columns} & policy.features_off
    if used:
        raise ModelError(f"the model uses {', '.join(sorted(used))}, which the risk file switches off")
    return of_model(model, policy)


def of_points(policy: Policy) -> InUse:
    """The expert points as the policy weighs them."""
    points = policy.expert_points()
    key = f"expert-points {points.version}"
    return InUse(points.score, key, "expert points", policy, policy.first)


def of_model(model: Model, policy: Policy) -> InUse:
    """A trained model. Raises ModelError for one this version cannot score with."""
    features_of(tuple(column.id for column in model.columns))

    def scores(record: PatientRecord, day: date) -> Score:
        return score_where_it_applies(model, record, day)

    key = f"{model.outcome}-{model.kind} {model.hash}"
    return InUse(scores, key, model.label, policy, Foretold(model.outcome), model=model)
