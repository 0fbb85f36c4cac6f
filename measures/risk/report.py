"""A report on a model: discrimination, calibration, lift and subgroups, as JSON and as a page to read.

Patients of the training are scored by a fit that has not seen them; a split by row is never made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from measures.risk.data import Data, Flags, Floats, Ints, NotEnough
from measures.risk.drift import drift
from measures.risk.leakage import leaks
from measures.risk.model import Model
from measures.risk.model_card import source_attributes
from measures.risk.report_page import as_page
from measures.risk.validation import (
    TOP,
    auroc,
    decision_curve,
    interval,
    lift,
    performance,
    reliability,
    top_rows,
    wilson,
)

FEWEST_ROWS = 11  # a smaller group is not shown: its members might be recognised
FEWEST_EVENTS = 40  # with fewer, a group's figures are shown with a warning
SEEN = "all of the data, by folds: each patient by a fit that has not seen that patient"
NEW = "all of the data, none of whom was in the training"


def report_on(
    model: Model, data: Data, subgroups: Mapping[str, Sequence[str]], *, everybody: bool = False
) -> dict[str, Any]:
    """`subgroups` give each row its group, by the name of the division; `everybody`: all patients are new.

    Raises NotEnough.
    """
    chances = model.probabilities(model.matrix_of(data)) if everybody else model.unseen(data)
    horizons: dict[str, Any] = {}
    for at, horizon in enumerate(model.horizons):
        y, p = data.y(at), chances[:, at]
        found = performance(y, p, data.groups)
        if found is None:
            raise NotEnough("all rows of these patients came out the same; nothing can be told of the model")
        horizons[str(horizon)] = {
            **found.as_json(),
            "calibration": reliability(y, p),
            "lift": lift(y, p),
            "decision_curve": decision_curve(y, p),
            "subgroups": {
                name: _by_group(y, p, data.groups, np.array(of_row, dtype=object))
                for name, of_row in subgroups.items()
            },
        }
    told: dict[str, Any] = {
        "model": {
            "outcome": model.outcome, "kind": model.kind, "version": model.version, "hash": model.hash,
            "label": model.label, "verdict": model.verdict.as_json(), "card": dict(model.card),
        },
        "patients": NEW if everybody else SEEN,
        "warnings": leaks(data),
        "horizons": horizons,
        "drift": drift(model.card.get("profile", {}), data, chances[:, -1]),
    }  # fmt: skip
    told["source_attributes"] = source_attributes(model, told)
    return told


def _by_group(y: Ints, p: Floats, groups: Sequence[str], of_row: Any) -> list[dict[str, Any]]:
    """Each group's figures; sensitivity and PPV at the one cut that the top tenth of everybody has.

    Where those too small to be shown are too few together as well, the smallest other group is not shown
    either: the figures of everybody, less those of all others, would tell them.
    """
    told: list[dict[str, Any]] = []
    flagged = top_rows(p, TOP)
    rows_of = {name: np.flatnonzero(of_row.astype(str) == name) for name in sorted({*map(str, of_row)})}
    patients_of = {name: [groups[int(row)] for row in rows] for name, rows in rows_of.items()}
    size = {name: min(len(held), len(set(held))) for name, held in patients_of.items()}
    small = [name for name in rows_of if size[name] < FEWEST_ROWS]
    others = [name for name in rows_of if name not in small]
    telling = 0 < sum(size[name] for name in small) < FEWEST_ROWS
    beside = min(others, key=lambda name: size[name], default=None) if telling else None
    them = "the one that is" if len(small) == 1 else "those that are"
    for name, rows in rows_of.items():
        if name in small:
            told.append({"group": name, "rows": f"fewer than {FEWEST_ROWS}", "note": "not shown"})
        elif name == beside:
            told.append({"group": name, "note": f"not shown: it would tell {them} too small"})
        else:
            told.append({"group": name, **_of_group(y[rows], p[rows], flagged[rows], patients_of[name])})
    return told


def _of_group(y: Ints, p: Floats, flagged: Flags, groups: Sequence[str]) -> dict[str, Any]:
    events, caught = int(y.sum()), int(y[flagged].sum())

    def ratio(drawn: Ints) -> float:
        return float(y[drawn].sum() / max(p[drawn].sum(), 1e-9))

    return {
        "rows": len(y),
        "events": events,
        "prevalence": events / len(y),
        "auroc": interval(partial(_auroc_of, y, p), groups).as_json() if 0 < events < len(y) else None,
        "observed_over_expected": interval(ratio, groups).as_json(),
        "sensitivity": _share(caught, events),
        "ppv": _share(caught, int(flagged.sum())),
        "note": "few events" if events < FEWEST_EVENTS else "",
    }


def _share(part: int, whole: int) -> dict[str, float] | None:
    if not whole:
        return None
    low, high = wilson(part, whole)
    return {"value": part / whole, "low": low, "high": high}


def _auroc_of(y: Ints, p: Floats, drawn: Ints) -> float:
    return auroc(y[drawn], p[drawn])


def write_report(told: Mapping[str, Any], folder: Path) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    page, plain = folder / "report.html", folder / "report.json"
    plain.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    page.write_text(as_page(told), encoding="utf-8")
    return page, plain
