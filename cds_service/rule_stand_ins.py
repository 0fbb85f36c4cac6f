"""A rule file with mistakes, made readable: so that all of its mistakes are told in one round.

What is wrong or missing is taken out, and something stands for it where a rule must have it. Nobody is told
of what only stands for something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from cds_service.outside.yaml_file import Place

UNTOLD = "(untold)"
"""Stands for a word."""

_SOME_DAY = date(2000, 1, 1)
_TEST: Mapping[str, Any] = {"says": UNTOLD, "as_of": _SOME_DAY, "expects": "card"}
_MUST_HAVE: Mapping[Place, Any] = {
    ("id",): "a-rule",
    ("version",): "1",
    ("owner",): UNTOLD,
    ("hook",): UNTOLD,
    ("priority",): 50,
    ("when",): {},
    ("when", "measure"): UNTOLD,
    ("when", "next_step"): UNTOLD,
    ("when", "check"): UNTOLD,
    ("when", "risk"): UNTOLD,
    ("when", "unread"): UNTOLD,
    ("card",): {"indicator": "info", "summary": UNTOLD},
    ("card", "indicator"): "info",
    ("card", "summary"): UNTOLD,
    ("card", "suggestion", "label"): UNTOLD,
    ("card", "suggestion", "draft"): UNTOLD,
    ("card", "open", "label"): UNTOLD,
    ("card", "open", "item"): "x",
    **{("tests", name): value for name, value in _TEST.items()},
}
"""By the place in the file; of one in a list without its number."""


def without(values: Any, within: Place, wrong: Iterable[Place]) -> Any:
    """A copy of what stands within a place of the file, without what stands at the wrong places in it."""
    kept = deepcopy(values)
    for place in wrong:
        if place:
            _take_out(kept, within, place)
    return kept


def _take_out(holder: Any, within: Place, place: Place) -> None:
    step, below = place[0], place[1:]
    inner = _inner(holder, step)
    if below and (isinstance(inner, dict) if isinstance(below[0], str) else isinstance(inner, list)):
        _take_out(inner, (*within, step), below)
        return
    named = tuple(one for one in (*within, step) if isinstance(one, str))
    if isinstance(holder, dict):
        holder.pop(step, None)
        holder |= {step: _MUST_HAVE[named]} if named in _MUST_HAVE else {}
    elif isinstance(holder, list):  # the others keep their numbers
        holder[int(step)] = dict(_TEST) if named == ("tests",) else UNTOLD


def _inner(holder: Any, step: str | int) -> Any:
    if isinstance(holder, dict):
        return holder.get(step)
    return holder[step] if isinstance(holder, list) and isinstance(step, int) else None
