"""What may be used and shown at all: decided once, on the resources, before anything else looks at them.

Records a 42 CFR Part 2 programme disclosed may be shown only where a consent allows it. Consents are not read
yet, and a missing consent denies; so what carries the programme's label is left out, as if there were none.
Two patients who differ only in such records get the same page, the same cards and the same counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Resource = dict[str, Any]

_PART_2 = "42CFRPart2"  # HL7 v3 ActCode, ActUSPrivacyLaw


def disclosable(resources: Iterable[Resource]) -> list[Resource]:
    """The resources that may be shown; most have no label, which is seen at a glance."""
    return [
        resource
        for resource in resources
        if (type(meta := resource.get("meta")) is dict and "security" not in meta) or not is_part_2(resource)
    ]


def is_part_2(resource: Resource) -> bool:
    """Whether the resource carries the label of a Part 2 programme; a label that cannot be read protects
    it.
    """
    meta = resource.get("meta")
    labels = meta.get("security") if isinstance(meta, dict) else None
    if labels is None:
        return False
    if not isinstance(labels, list):
        return True
    return any(not isinstance(label, Mapping) or label.get("code") == _PART_2 for label in labels)
