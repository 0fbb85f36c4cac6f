"""The model card: the 31 source attributes of a predictive decision support intervention.

ASTP/ONC HTI-1, 45 CFR 170.315(b)(11)(iv)(B). What the training tells is filled in; what only the organisation
can say is marked so, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from measures.risk.drift import ALARM, WATCH
from measures.risk.model import Model
from measures.risk.table.history import ASSUMED, EARLIER

TO_FILL = "To be filled in by the organisation."
UNPROVEN = "Discrimination in behavioral health is unproven until validated on the organisation's own panel."


def source_attributes(model: Model, told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """By heading; `told` is the report whose figures the card names."""
    card, last = model.card, list(told["horizons"].values())[-1]
    able, within = last["auroc"], f"{model.horizons[-1]} days" if model.horizons[-1] else "the target's time"
    performed = (
        f"AUROC {able['value']:.3f} ({able['low']:.3f} to {able['high']:.3f}), calibration slope "
        f"{last['slope']:.2f}, {last['events']} events, on {told['patients']}."
    )
    past = f" Assumed: {ASSUMED}." if any(column.id == EARLIER for column in model.columns) else ""
    limits = f"{model.label}. {UNPROVEN}{past}"
    inputs = f"{len(model.columns)} inputs"
    race = "Race and ethnicity are no inputs."
    return {
        "Output": {
            "Name and contact of the developer": f"Throughline, trained locally. Contact: {TO_FILL}",
            "Funding source": TO_FILL,
            "Value": f"The probability of {model.outcome} within {within}.",
            "Type of value": "Prediction (a probability above 0 and below 1), never a recommendation.",
        },
        "Purpose": {
            "Intended use": "To rank a care-management worklist whose inputs can be seen.",
            "Intended patient population": f"Patients such as the {card['patients']:,} trained on. {TO_FILL}",
            "Intended users": "Care managers, and clinicians who can review the basis of each score.",
            "Intended decision-making role": "Informs who is called first; a person decides.",
        },
        "Cautionary use": {
            "Out-of-scope uses": "Emergencies, denial of care or cover, the sole ground of a decision.",
            "Known risks, limitations and settings where it fails": limits,
        },
        "Development": {
            "Inclusion and exclusion criteria": "; ".join(card["notes"]) or "All rows given.",
            "Use of demographic and social variables as inputs": f"{inputs}, named in the report. {race}",
            "Demographic representativeness of the training data": f"See the report's subgroups. {TO_FILL}",
            "Relevance of the training data to the setting": TO_FILL,
        },
        "Fairness": {
            "Approach to fairness": f"{race} Costs are refused as an outcome: they encode access, not need.",
            "Management of bias": "Subgroups are compared in each report; a person judges before promotion.",
        },
        "External validation": dict.fromkeys(
            ("Source of the data", "Party that tested", "Representativeness", "Process"), TO_FILL
        ),
        "Performance": {
            "Validity in internal data": performed,
            "Fairness in internal data": "See the report's subgroups, with intervals.",
            "Validity in external data": TO_FILL,
            "Fairness in external data": TO_FILL,
            "References to evaluation of outcomes": TO_FILL,
        },
        "Monitoring": {
            "Process of monitoring validity": f"PSI of inputs and score: watch above {WATCH}, alarm above "
            f"{ALARM}; observed over expected, monthly.",
            "Validity in local data": performed,
            "Process of monitoring fairness": "The report by subgroup, at each validation.",
            "Fairness in local data": "See the report's subgroups.",
        },
        "Updates": {
            "Schedule of maintenance": TO_FILL,
            "Process of correction": f"Roll back or switch off the model, train again, validate. {TO_FILL}",
        },
    }
