"""Results that tell nothing: the specimen clotted, the test was not performed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from measures.shapes import Resource

_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
# FHIR R4, data-absent-reason: there is a value, but it is not told here.
_ELSEWHERE = frozenset({"as-text", "masked", "not-permitted", "unsupported"})
_NOTHING = re.compile(
    r"clotted|h[ae]+moly[sz]ed|re-?collect|redraw|reject|insufficient|not sufficient|\bqns\b|\btnp\b|"
    r"not (?:performed|done|received|tested|processed)|unable to|cancel|contaminated|mislabel|unlabel|"
    r"\blost\b|no specimen|wrong (?:tube|specimen)|pending|void"
)
_VALUES = re.compile(r"value[A-Z]\w+")


def tells(result: Resource) -> bool | None:
    """Whether a result says anything; None where the value is elsewhere, or words that say nothing have a
    number among them. One that is final without a value, and without a reason for that, stands.
    """
    own = _says(result)
    if own is not False:
        return own
    parts = [_says(part) for part in result.get("component") or ()]
    return True if True in parts else None if None in parts else False


def without_words(result: Resource) -> Resource | None:
    """A result of which only words tell that it tells nothing, with a code for that; None of any other."""
    if "dataAbsentReason" in result or tells(result) is not False:
        return None
    return {**result, "dataAbsentReason": {"coding": [{"system": _ABSENT, "code": "error"}]}}


def _says(holder: Mapping[str, Any]) -> bool | None:
    words = holder.get("valueString") or (holder.get("valueCodeableConcept") or {}).get("text")
    if isinstance(words, str) and _NOTHING.search(words.lower()):
        return None if any(map(str.isdigit, words)) else False
    if any(value is not None and _VALUES.fullmatch(name) for name, value in holder.items()):
        return True
    absent = holder.get("dataAbsentReason")
    if absent is None:
        return True
    codes = {coding.get("code") for coding in absent.get("coding") or ()}
    return None if codes & _ELSEWHERE else False
