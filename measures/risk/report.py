"""A report on a model: discrimination, calibration, lift and subgroups, as JSON and as a page to read.

On the data a model was trained with only the patients set apart are looked at; a split by row is never made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from measures.risk.data import Data, Floats, Ints, NotEnough, held_out
from measures.risk.model import Model
from measures.risk.validation import auroc, interval, lift, performance, reliability

FEWEST_ROWS = 11  # a smaller group is not shown: its members might be recognised
FEWEST_EVENTS = 40  # with fewer, a group's figures are shown with a warning


def report_on(
    model: Model, data: Data, subgroups: Mapping[str, Sequence[str]], *, everybody: bool = False
) -> dict[str, Any]:
    """`subgroups` give each row its group, by the name of the division. Raises NotEnough."""
    apart = model.card["set_apart"]
    chosen = np.full(len(data.x), True) if everybody else held_out(data.groups, apart["salt"], apart["share"])
    if not chosen.any():
        raise NotEnough("none of these patients was set apart at training; with --everybody if all are new")
    looked_at = data.rows(chosen)
    chances = model.probabilities(model.matrix_of(looked_at))
    horizons: dict[str, Any] = {}
    for at, horizon in enumerate(model.horizons):
        y, p = looked_at.y(at), chances[:, at]
        found = performance(y, p, looked_at.groups)
        if found is None:
            raise NotEnough("all rows of these patients came out the same; nothing can be told of the model")
        horizons[str(horizon)] = {
            **found.as_json(),
            "calibration": reliability(y, p),
            "lift": lift(y, p),
            "subgroups": {
                name: _by_group(y, p, looked_at.groups, np.array(of_row, dtype=object)[chosen])
                for name, of_row in subgroups.items()
            },
        }
    return {
        "model": {
            "outcome": model.outcome, "kind": model.kind, "version": model.version, "hash": model.hash,
            "label": model.label, "verdict": model.verdict.as_json(), "card": dict(model.card),
        },
        "patients": "all of the data" if everybody else "those set apart at training, by patient",
        "horizons": horizons,
    }  # fmt: skip


def _by_group(y: Ints, p: Floats, groups: Sequence[str], of_row: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for name in sorted({str(one) for one in of_row}):
        rows = np.flatnonzero(of_row.astype(str) == name)
        events = int(y[rows].sum())
        if len(rows) < FEWEST_ROWS:
            told.append({"group": name, "rows": f"fewer than {FEWEST_ROWS}", "note": "not shown"})
            continue
        of_group = [groups[int(row)] for row in rows]
        y_of, p_of = y[rows], p[rows]
        able = interval(partial(_auroc_of, y_of, p_of), of_group).as_json()
        told.append(
            {
                "group": name,
                "rows": len(rows),
                "events": events,
                "prevalence": float(y_of.mean()),
                "auroc": able if 0 < events < len(rows) else None,
                "observed_over_expected": float(events / max(p_of.sum(), 1e-9)),
                "note": "few events" if events < FEWEST_EVENTS else "",
            }
        )
    return told


def _auroc_of(y: Ints, p: Floats, drawn: Ints) -> float:
    return auroc(y[drawn], p[drawn])


def write_report(told: Mapping[str, Any], folder: Path) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    page, plain = folder / "report.html", folder / "report.json"
    plain.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    page.write_text(as_page(told), encoding="utf-8")
    return page, plain


def as_page(told: Mapping[str, Any]) -> str:
    """The report as HTML, without script or style of its own; all that came from outside is escaped."""
    model = told["model"]
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        f"<title>{escape(model['outcome'])}: risk model report</title>",
        f"<h1>Risk of {escape(model['outcome'])}</h1>",
        f"<p>{escape(model['kind'])}, version {escape(model['version'])}; {escape(model['label'])}.</p>",
        f"<p>Patients looked at: {escape(told['patients'])}.</p>",
        _list("Verdict: " + model["verdict"]["stands"], model["verdict"]["reasons"]),
        _list("Notes of the training", model["card"].get("notes", ())),
    ]
    for horizon, found in told["horizons"].items():
        name = f"Within {horizon} days" if horizon != "0" else "The target"
        able = found["auroc"]
        figures = {
            "rows": found["rows"],
            "patients": found["patients"],
            "events": found["events"],
            "AUROC": f"{able['value']:.3f} ({able['low']:.3f} to {able['high']:.3f})",
            "AUPRC": f"{found['auprc']:.3f}",
            "Brier": f"{found['brier']:.4f}",
            "calibration slope": f"{found['slope']:.2f}",
            "calibration in the large": f"{found['intercept']:+.3f}",
            "observed / expected": f"{found['observed_over_expected']:.2f}",
        }
        parts.append(f"<h2>{escape(name)}</h2>")
        parts.append(_table(("figure", "value"), list(figures.items())))
        parts.append("<h3>Calibration, by tenths of the score</h3>" + _rows(found["calibration"]))
        parts.append("<h3>Lift</h3>" + _rows(found["lift"]))
        for division, groups in found["subgroups"].items():
            parts.append(f"<h3>By {escape(division)}</h3>" + _rows(groups))
    return "\n".join(parts) + "\n</html>\n"


def _list(title: str, items: Sequence[str]) -> str:
    held = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<h2>{escape(title)}</h2><ul>{held}</ul>" if items else ""


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    return _table(header, [tuple(row.get(name, "") for name in header) for row in rows])


def _table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
