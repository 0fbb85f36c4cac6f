"""The report as one page that needs nothing else: tables and plots, no script, all of it escaped.

What decides stands open, the rest is folded: the tables behind the plots, the groups of the nearer horizons,
inputs that did not drift. On paper all of it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from measures.risk.charts import calibration_plot, decision_plot
from measures.risk.groups import UNKNOWN
from measures.risk.outcome import OUTCOMES

STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:auto;"
    "padding:1rem;overflow-wrap:anywhere}h2{margin:2rem 0 .5rem;padding-top:.5rem;border-top:1px solid #8886}"
    "h3{margin:1.25rem 0 .25rem}div{overflow-x:auto}p{margin:.5rem 0}"
    "nav ul{display:flex;flex-wrap:wrap;gap:0 1.25rem;padding:0;list-style:none}"
    "nav a{display:inline-block}nav a,summary{padding:.25rem 0;min-height:1.5rem}summary{cursor:pointer}"
    "table{border-collapse:collapse;margin:.5rem 0 1rem}th,td{text-align:left;vertical-align:top;"
    "padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8886;overflow-wrap:normal}"
    "td:first-child{min-width:5rem}td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".plots{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}figcaption{max-width:20rem}"
    "svg{max-width:100%;height:auto;fill:none;stroke:currentColor;font-size:11px}"
    "text{fill:currentColor;stroke:none}circle{fill:currentColor}.even{stroke:#888;stroke-dasharray:2 4}"
    ".everybody{stroke-dasharray:7 4}.model{stroke-width:2}.range{stroke-width:1.5}.axis{stroke:#888}"
    "@media print{body{font-size:9pt;max-width:none}nav{display:none}h2,h3{break-after:avoid}"
    "tr,figure{break-inside:avoid}div{overflow:visible}details::details-content{content-visibility:visible;"
    "block-size:auto}summary{list-style:none}}"
)
_SHARES = frozenset(
    {
        "share", "ppv", "sensitivity", "prevalence", "expected", "observed", "low", "high",
        "missing at training", "missing here",
    }
)  # fmt: skip
_CALLED = {"auroc": "AUROC", "ppv": "PPV", "psi": "PSI", "observed_over_expected": "observed / expected"}
_NOT_DRIFTED = "stable"


def as_page(told: Mapping[str, Any]) -> str:
    model = told["model"]
    *nearer, last = told["horizons"].items()
    sections = [
        ("Verdict", _verdict(told)),
        (_name(last[0]), _horizon(last[1])),
        ("By group", _divisions(last[1]["subgroups"])),
        *((_name(days), _folded_horizon(found)) for days, found in reversed(nearer)),
        ("Drift and missingness", _drift(told["drift"])),
        ("Model card: the 31 source attributes", _card(told["source_attributes"])),
    ]
    held = [(heading, body) for heading, body in sections if body]
    links = "".join(
        f'<li><a href="#s{at}">{escape(heading)}</a></li>' for at, (heading, _) in enumerate(held, start=1)
    )
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(model['outcome'])}: risk model report</title><style>{STYLE}</style></head><body>",
        f"<main><h1>Risk of {escape(_event(model['outcome']))}</h1>",
        f"<p>{escape(model['kind'])}, version {escape(model['version'])}; {escape(model['label'])}.</p>",
        f"<p>Patients looked at: {escape(told['patients'])}.</p>",
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>',
    ]
    for at, (heading, body) in enumerate(held, start=1):
        parts.append(f'<h2 id="s{at}">{escape(heading)}</h2>{body}')
    return "\n".join(parts) + "\n</main></body></html>\n"


def _event(outcome: str) -> str:
    return OUTCOMES[outcome].says if outcome in OUTCOMES else outcome


def _name(horizon: str) -> str:
    return f"Within {horizon} days" if horizon != "0" else "The target"


def _verdict(told: Mapping[str, Any]) -> str:
    model = told["model"]
    notes = model["card"].get("notes", ())
    return (
        f"<p><strong>{escape(model['verdict']['stands'].capitalize())}.</strong></p>"
        + _list(model["verdict"]["reasons"])
        + (f"<h3>Warnings</h3>{_list(told['warnings'])}" if told["warnings"] else "")
        + (_folded(f"Notes of the training ({len(notes)})", _list(notes)) if notes else "")
    )


def _horizon(found: Mapping[str, Any]) -> str:
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
    plots = (
        ("Calibration: observed against expected, by tenths of the score", calibration_plot, "calibration"),
        ("Decision curve: solid the model, dashed everybody, level nobody", decision_plot, "decision_curve"),
    )
    drawn = "".join(
        f"<figure>{plot(found[name])}<figcaption>{caption}</figcaption></figure>"
        for caption, plot, name in plots
    )
    return (
        _table(("figure", "value"), list(figures.items()))
        + f'<div class="plots">{drawn}</div><h3>Lift: the events among who has the highest scores</h3>'
        + _rows(found["lift"])
        + _folded("Calibration as a table", _rows(found["calibration"]))
    )


def _folded_horizon(found: Mapping[str, Any]) -> str:
    groups = _divisions(found["subgroups"])
    return _horizon(found) + (_folded("By group", groups) if groups else "")


def _divisions(divisions: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """A table for each division that tells anything; of the others a sentence."""
    parts, silent = [], []
    for name, groups in divisions.items():
        if all(one["group"] == UNKNOWN for one in groups):
            silent.append(name)
            continue
        shown = [one for one in groups if "events" in one]
        parts.append(f"<h3>By {escape(name)}</h3>" + (_rows(shown) if shown else "") + _hidden(groups))
    if silent:
        parts.append(f"<p>Not on record, of anybody: {escape(', '.join(silent))}.</p>")
    return "".join(parts)


def _hidden(groups: Iterable[Mapping[str, Any]]) -> str:
    """The groups without figures, by why they have none."""
    why: dict[str, list[str]] = {}
    for one in groups:
        if "events" not in one:
            few = f"{one['rows']} patients" if "rows" in one else one["note"].removeprefix("not shown: ")
            why.setdefault(few, []).append(one["group"])
    said = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in why.items())
    return f"<p>Not shown: {escape(said)}.</p>" if said else ""


def _drift(drift: Sequence[Mapping[str, Any]]) -> str:
    moved = [one for one in drift if one["stands"] != _NOT_DRIFTED]
    calm = [one for one in drift if one["stands"] == _NOT_DRIFTED]
    return (_rows(moved) if moved else "<p>Nothing looks otherwise than at training.</p>") + (
        _folded(f"As at training ({len(calm)})", _rows(calm)) if calm else ""
    )


def _card(attributes: Mapping[str, Mapping[str, str]]) -> str:
    return "".join(
        f"<h3>{escape(heading)}</h3>" + _table(("attribute", "value"), list(held.items()))
        for heading, held in attributes.items()
    )


def _list(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _folded(summary: str, body: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    header = tuple(name for name in header if any(row.get(name, "") != "" for row in rows))
    return _table(header, [tuple(row.get(name, "") for name in header) for row in rows])


def _table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    named = (_CALLED.get(name, name.replace("_", " ")) for name in header)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in named)
    body = "".join(
        "<tr>" + "".join(_cell(name, cell) for name, cell in zip(header, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(name: str, value: Any) -> str:
    number = isinstance(value, (int, float, Mapping))
    return f"<td{' class=number' if number else ''}>{escape(_said(name, value))}</td>"


def _said(name: str, value: Any) -> str:
    if value is None:
        return "cannot be told"
    if isinstance(value, Mapping) and name in _SHARES:
        return "{:.0f} % ({:.0f} to {:.0f})".format(*(value[end] * 100 for end in ("value", "low", "high")))
    if isinstance(value, Mapping):
        return f"{value['value']:.2f} ({value['low']:.2f} to {value['high']:.2f})"
    if isinstance(value, float):
        return f"{value * 100:.1f} %" if name in _SHARES else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
