"""What a model had to do without, where that is worth telling with every score."""

from __future__ import annotations

from measures.risk.data import Data

SCALE, SAYS = "phq9", "the PHQ-9"
"""The scale that most inputs about symptoms are read from."""


def without_scale(given: Data, learnt: Data) -> str:
    """The end of a model's label when the site sends no PHQ-9 at all; empty where it does."""
    asked = {column.id for column in given.columns if column.id.startswith(f"{SCALE}_")}
    if not asked or asked & {column.id for column in learnt.columns}:
        return ""
    return f"; degraded: trained without {SAYS}, which this site does not send"
