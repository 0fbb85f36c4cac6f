"""How cards are received, in words for a page and as a table for a spreadsheet. Too few are never told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cds_service.acceptance import FEWEST, Interval, Reception, wilson
from cds_service.reasons import OVERRIDE_REASONS
from measures.spreadsheet import cell_of_text

LOOK_BACKS = (30, 90, 365)  # days
SPLIT_BY = {
    "": "nothing: the rule as a whole",
    "role": "role",
    "site": "site",
    "role-and-site": "role and site",
    "hook": "hook",
    "version": "version of the rule",
}
HEADER = (
    "host_ehr", "since", "rule", "role", "site", "hook", "version", "parts_together", "shown", "accepted",
    "accepted_share", "accepted_low", "accepted_high", "set_aside", "set_aside_share", "set_aside_low",
    "set_aside_high", "unanswered", "reasons", "silent", "note",
)  # fmt: skip
_ROLES = {
    "Practitioner": "practitioner",
    "PractitionerRole": "practitioner in a role",
    "Patient": "patient",
    "RelatedPerson": "related person",
    "unknown": "role not told",
}


@dataclass(frozen=True)
class Row:
    """One line of the page."""

    rule: str
    part: str  # "practitioner, Organization/north"; empty for the rule as a whole
    shown: int
    silent: int
    accepted: str
    set_aside: str
    unanswered: str
    reasons: tuple[str, ...]


def rows(received: Iterable[Reception], by: Sequence[str]) -> Iterator[Row]:
    """The lines of the page; `received` are told apart by `by` already."""
    for one in received:
        told = one.shown >= FEWEST
        unanswered = str(wilson(one.unanswered, one.shown)) if told else ""
        yield Row(
            one.rule,
            _part(one, by),
            one.shown,
            one.silent,
            say_rate(one.acceptance, one),
            say_rate(one.overriding, one) if told else "",
            unanswered,
            say_reasons(one),
        )


def say_rate(rate: Interval | None, one: Reception) -> str:
    """The share with its interval, or why it is not told."""
    if not one.shown:
        return "none shown"
    return str(rate) if rate else f"too few; told from {FEWEST} on"


def say_reasons(one: Reception | None) -> tuple[str, ...]:
    """Why its cards were set aside, the most frequent first; shares only where there are enough."""
    if one is None:
        return ()
    enough = one.overridden >= FEWEST
    return tuple(
        f"{say_reason(code)}: {wilson(times, one.overridden) if enough else times}"
        for code, times in one.main_reasons
    )


def say_reason(code: str) -> str:
    """A reason as clinicians read it; a client's own stays its code."""
    return OVERRIDE_REASONS.get(code, code)


def _part(one: Reception, by: Sequence[str]) -> str:
    if one.parts > 1:
        return f"{one.parts} smaller ones together"
    return ", ".join(_word(name, getattr(one, name)) for name in by)


def _word(name: str, value: str) -> str:
    if name == "role":
        return _ROLES.get(value, value)
    return value or ("not shown" if name == "version" else f"{name} not told")


def as_csv(received: Iterable[Reception], host_ehr: str, since: str) -> str:
    """The same as a table, in which no cell is run as a formula; what is not told is empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for one in received:
        writer.writerow([cell_of_text(cell) for cell in (host_ehr, since, *_cells(one))])
    return out.getvalue()


def _cells(one: Reception) -> Iterator[str]:
    told = one.shown >= FEWEST
    yield from (one.rule, one.role, one.site, one.hook, one.version, str(one.parts), str(one.shown))
    for number, rate in ((one.accepted, one.acceptance), (one.overridden, one.overriding)):
        yield str(number) if told else ""
        yield from (f"{share:.3f}" for share in (rate.share, rate.low, rate.high)) if rate else ("",) * 3
    yield str(one.unanswered) if told else ""
    yield "; ".join(f"{code} {times}" for code, times in one.main_reasons)
    yield str(one.silent)
    yield "" if told else f"fewer than {FEWEST} cards: not told"
