"""Two versions of a rule, or two folders of rules, compared in words: key by key, old and new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_LONGEST = 120  # characters of a value

Values = Mapping[str, Any]


class Change(NamedTuple):
    """One key that another version says otherwise; None where it is not there."""

    key: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        if self.new is None:
            return f"{self.key}: {_short(self.old or '')} is taken out"
        if self.old is None:
            return f"{self.key}: {_short(self.new)} is added"
        return f"{self.key}: {_short(self.old)} -> {_short(self.new)}"


def changes(before: Any, after: Any) -> tuple[Change, ...]:
    """What another version of a rule says otherwise; both as their YAML was read."""
    old, new = dict(_flat(before)), dict(_flat(after))
    told = (Change(key, old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new)))
    return tuple(one for one in told if one.old != one.new)


def differences(before: Any, after: Any) -> tuple[str, ...]:
    """The same in lines: `key: old -> new`."""
    return tuple(map(str, changes(before, after)))


def compared(before: Mapping[str, Values], after: Mapping[str, Values]) -> Iterator[str]:
    """What another folder of rules has otherwise: rules by id, each with what changed in it."""
    for rule_id in sorted(before.keys() | after.keys()):
        if rule_id not in after:
            yield f"{rule_id}: removed"
        elif rule_id not in before:
            yield f"{rule_id}: new"
        else:
            for line in differences(before[rule_id], after[rule_id]):
                yield f"{rule_id}: {line}"


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{path} {number}")
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
