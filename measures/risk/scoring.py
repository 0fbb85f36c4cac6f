"""A trained model on one record: probabilities, and reasons that sum to the log-odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from measures.record import PatientRecord
from measures.risk.as_of import Known
from measures.risk.feature import Answer, Feature, answers, find_features
from measures.risk.learning import as_row
from measures.risk.model import Model, ModelError
from measures.risk.outcome import OUTCOMES
from measures.risk.outlook import CLOCK_DAYS, clock_on
from measures.risk.score import POPULATION, Reason, Score, missing_inputs, resources_of, why_to_abstain

LOG_ODDS = "log-odds of the event in the first 30 days"
BEFORE_THE_CURVE = f"{LOG_ODDS}, before the isotonic curve"


@lru_cache(maxsize=8)
def features_of(columns: tuple[str, ...]) -> tuple[tuple[Feature, ...], tuple[Feature, ...]]:
    """The features of a model's columns, in that order, and the essential ones besides. Raises ModelError."""
    by_id = {one.id: one for one in find_features()}
    lacking = [name for name in columns if name not in by_id]
    if lacking:
        raise ModelError(
            f"the model asks for {', '.join(lacking)}, which this version does not know; train it again"
        )
    return tuple(by_id[name] for name in columns), tuple(
        one for one in find_features() if one.essential and one.id not in columns
    )


def score(model: Model, record: PatientRecord, as_of: date) -> Score:
    """What the model says of a patient as of the end of a day; it abstains where too little is known.

    Raises ModelError for a model of a table: its columns are not in a record.
    """
    if model.source != "record":
        raise ModelError(
            "the model was trained on a table; score a table with it: throughline risk score --table"
        )
    asked, besides = features_of(tuple(column.id for column in model.columns))
    known = answers(record, as_of, (*asked, *besides))
    abstained = why_to_abstain((*asked, *besides), known)
    at, base, reasons = ({}, 0.0, ()) if abstained else _scored(model, asked, known)
    return Score(
        patient=record.id,
        as_of=as_of,
        model=f"{model.outcome}-{model.kind}",
        version=model.version,
        label=model.label,
        population=POPULATION,
        outcome=model.outcome,
        points=None,
        at=at,
        base=base,
        sum=base + sum(reason.adds for reason in reasons),
        reasons_in=BEFORE_THE_CURVE if model.calibration.kind == "isotonic" else LOG_ODDS,
        reasons=reasons,
        missing=missing_inputs(asked, known),
        abstained=abstained,
    )


def score_where_it_applies(model: Model, record: PatientRecord, as_of: date) -> Score:
    """The same for a list or a page, where everybody is asked about: a model that learnt from days of
    discharge abstains of who has not left hospital lately.
    """
    made = score(model, record, as_of)
    outcome = OUTCOMES.get(model.outcome)
    if made.abstained or outcome is None or not outcome.at_discharge or clock_on(Known(record, as_of)):
        return made
    why = f"{outcome.says} is told of who left hospital within {CLOCK_DAYS} days"
    return replace(made, at={}, base=0.0, sum=0.0, reasons=(), abstained=why)


def _scored(
    model: Model, asked: Sequence[Feature], known: dict[str, Answer]
) -> tuple[dict[int, float], float, tuple[Reason, ...]]:
    x = as_row({one.id: known[one.id].number for one in asked}, asked)[None, :]
    chances = model.probabilities(x)[0]
    added, base = model.adds(x)
    reasons = [
        Reason(one.id, one.says, known[one.id].number, adds, resources_of(known[one.id]))
        for one, adds in zip(asked, added[0].tolist(), strict=True)
        if adds
    ]
    reasons.sort(key=lambda reason: (-abs(reason.adds), reason.feature))
    return dict(zip(model.horizons, chances.tolist(), strict=True)), float(base[0]), tuple(reasons)
