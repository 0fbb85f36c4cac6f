"""The report as one page that needs nothing else: tables and plots, no script, all of it escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from measures.risk.charts import calibration_plot, decision_plot

STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;"
    "padding:1rem;overflow-wrap:anywhere}div{overflow-x:auto}"
    "table{border-collapse:collapse;margin:.5rem 0 1rem}"
    "th,td{text-align:left;padding:.25rem .75rem;border-bottom:1px solid #8886}"
    "svg{max-width:100%;height:auto;fill:none;stroke:currentColor;font-size:11px}"
    "text{fill:currentColor;stroke:none}circle{fill:currentColor}.even{stroke:#888;stroke-dasharray:2 4}"
    ".everybody{stroke-dasharray:7 4}.model{stroke-width:2}.range{stroke-width:1.5}.axis{stroke:#888}"
)


def as_page(told: Mapping[str, Any]) -> str:
    model = told["model"]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(model['outcome'])}: risk model report</title><style>{STYLE}</style></head><body>",
        f"<h1>Risk of {escape(model['outcome'])}</h1>",
        f"<p>{escape(model['kind'])}, version {escape(model['version'])}; {escape(model['label'])}.</p>",
        f"<p>Patients looked at: {escape(told['patients'])}.</p>",
        _list("Verdict: " + model["verdict"]["stands"], model["verdict"]["reasons"]),
        _list("Warnings", told["warnings"]),
        _list("Notes of the training", model["card"].get("notes", ())),
    ]
    for horizon, found in told["horizons"].items():
        parts += _horizon(f"Within {horizon} days" if horizon != "0" else "The target", found)
    parts.append("<h2>Drift and missingness, against training</h2>" + _rows(told["drift"]))
    parts.append("<h2>Model card: the 31 source attributes</h2>")
    for heading, attributes in told["source_attributes"].items():
        parts.append(f"<h3>{escape(heading)}</h3>" + _table(("attribute", "value"), list(attributes.items())))
    return "\n".join(parts) + "\n</body></html>\n"


def _horizon(name: str, found: Mapping[str, Any]) -> list[str]:
    figures = {
        "rows": found["rows"],
        "patients": found["patients"],
        "events": found["events"],
        "AUROC": found["auroc"],
        "AUPRC": found["auprc"],
        "Brier": found["brier"],
        "calibration slope": found["slope"],
        "calibration in the large": found["intercept"],
        "observed / expected": found["observed_over_expected"],
    }
    parts = [f"<h2>{escape(name)}</h2>", _table(("figure", "value"), list(figures.items()))]
    parts.append("<h3>Calibration, by tenths of the score</h3>" + calibration_plot(found["calibration"]))
    parts.append(_rows(found["calibration"]) + "<h3>Lift</h3>" + _rows(found["lift"]))
    parts.append("<h3>Decision curve</h3>" + decision_plot(found["decision_curve"]))
    for division, groups in found["subgroups"].items():
        parts.append(f"<h3>By {escape(division)}</h3>" + _rows(groups))
    return parts


def _list(title: str, items: Sequence[str]) -> str:
    held = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<h2>{escape(title)}</h2><ul>{held}</ul>" if items else ""


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    return _table(header, [tuple(row.get(name, "") for name in header) for row in rows])


def _table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    head = "".join(f'<th scope="col">{escape(name.replace("_", " "))}</th>' for name in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<div tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(value: Any) -> str:
    if value is None:
        return "cannot be told"
    if isinstance(value, Mapping):
        return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
