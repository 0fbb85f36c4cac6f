"""One recorded CDS call as a tester reads it: request, answer, what was said no to, stages, cards. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from cds_service.outside.recent_calls import RecentCall
from smart_app.studio.prefetch_rates import prefetch_states

MASK = "not-shown"
"""Stands for an access token: of its shape, so that a request sent again is read to its end."""

LONGEST = 60_000  # characters of a body on the page
MOST_EDITED = 400_000  # characters of a request that can be changed on the page
_TOKEN = re.compile(rb'("access_token"\s*:\s*)"([^"]*)"')


@dataclass(frozen=True)
class Stage:
    """One part of the time a call took. `begins` and `share` are percents of the whole."""

    name: str
    ms: float
    begins: float
    share: float


@dataclass(frozen=True)
class ShownCard:
    """A card of an answer, as far as feedback is about it. Suggestions are (uuid, label), reasons (system and
    code, display).
    """

    uuid: str
    summary: str
    suggestions: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]

    def label(self, accepted: Iterable[str]) -> tuple[str, ...]:
        """The suggestions of these ids, as the card calls them."""
        labels = dict(self.suggestions)
        return tuple(labels.get(one, one) for one in accepted)


@dataclass(frozen=True)
class Rate:
    """Of one prefetch key: in how many of `calls` it was filled, null, an error, or left out."""

    key: str
    states: Mapping[str, int]
    calls: int

    def share(self, state: str) -> str:
        """In words: `3 of 20 (15 %)`."""
        return f"{self.states[state]} of {self.calls} ({100 * self.states[state] / self.calls:.0f} %)"


def stages(call: RecentCall) -> tuple[Stage, ...]:
    """Where the time went, one after the other; what no stage measures is the rest."""
    measured = sum(call.stages.values())
    parts = {**call.stages, "the rest": max(0.0, call.ms - measured)}
    whole = sum(parts.values()) or 1.0
    found, so_far = [], 0.0
    for name, ms in parts.items():
        found.append(Stage(name, ms, round(100 * so_far / whole, 2), round(100 * ms / whole, 2)))
        so_far += ms
    return tuple(found)


def said(call: RecentCall) -> tuple[str, ...]:
    """The sentences of the OperationOutcome a call was refused with."""
    tree = _tree(call.response)
    issues = tree.get("issue") if isinstance(tree, dict) else None
    return tuple(
        str(issue["diagnostics"])
        for issue in (issues if isinstance(issues, list) else ())
        if isinstance(issue, dict) and "diagnostics" in issue
    )


def cards(call: RecentCall) -> tuple[ShownCard, ...]:
    """The cards of an answer that feedback can be about: those with a uuid."""
    tree = _tree(call.response)
    found = tree.get("cards") if isinstance(tree, dict) else None
    return tuple(
        ShownCard(
            card["uuid"],
            str(card.get("summary", "")),
            tuple((one["uuid"], one["label"]) for one in card.get("suggestions", ()) if "uuid" in one),
            tuple(
                (f"{one['system']} {one['code']}", one["display"]) for one in card.get("overrideReasons", ())
            ),
        )
        for card in (found if isinstance(found, list) else ())
        if "uuid" in card
    )


def request_without_token(call: RecentCall) -> bytes:
    """The request as it came, byte for byte, but for its access token."""
    return _TOKEN.sub(rb'\1"%s"' % MASK.encode(), call.request or b"")


def edited(call: RecentCall, text: str) -> bytes:
    """What a tester made of a request, the recorded token in the place of its mask. It need not be JSON: that
    can be tried, too.
    """
    body = text.replace("\r\n", "\n").encode("utf-8", "replace")
    held = _TOKEN.search(call.request or b"")
    return body.replace(b'"%s"' % MASK.encode(), b'"%s"' % held[2]) if held else body


def pretty(body: bytes) -> str:
    """JSON with its indents, whatever else as it is."""
    tree = _tree(body)
    indented = body if tree is None else orjson.dumps(tree, option=orjson.OPT_INDENT_2)
    return indented.decode("utf-8", "replace")


def cut(text: str) -> str:
    """As much of a text as a page can bear."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n… cut here"


def rates(calls: Iterable[RecentCall]) -> list[Rate]:
    """What prefetch brought, key by key, in the calls whose request is kept."""
    counted: dict[str, Counter[str]] = {}
    for call in calls:
        if call.is_feedback or call.request is None:
            continue
        for key, state in prefetch_states(call.request).items():
            counted.setdefault(key, Counter())[state] += 1
    return [Rate(key, states, states.total()) for key, states in sorted(counted.items())]


def patient_of(call: RecentCall) -> str:
    """Whom the request is about; empty where it does not say."""
    tree = _tree(call.request or b"")
    context = tree.get("context") if isinstance(tree, dict) else None
    told = context.get("patientId") if isinstance(context, dict) else None
    return told if isinstance(told, str) else ""


def _tree(body: bytes) -> Any:
    """The JSON of a body; None for what is none, and for what is nested so deep that it cannot be written."""
    try:
        tree = orjson.loads(body)
        orjson.dumps(tree)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        return None
    return tree
