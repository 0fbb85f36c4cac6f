"""Cards that were shown at a host EHR, and what clinicians said of them, as calls and feedback leave them."""

from __future__ import annotations

from itertools import count

from cds_service.card import Card
from cds_service.outside import clock
from cds_service.outside.feedback import Feedback
from cds_service.wiring import Wiring

_NUMBERS = count(1)


def shown(
    parts: Wiring,
    rule_id: str,
    cards: int,
    *,
    ehr: str = "riverside",
    user: str = "Practitioner/1",
    site: str = "Organization/north",
    hook: str = "patient-view",
    accepted: int = 0,
    reasons: dict[str, int] | None = None,
) -> None:
    """So many cards of a rule; the first are accepted, the next set aside, the rest without an answer."""
    rule = next(one for one in parts.rules_in_use.at(ehr, clock.today()).rules if one.id == rule_id)
    service = f"throughline-{hook}"
    given = [code for code, times in (reasons or {}).items() for _ in range(times)]
    for place in range(cards):
        number = next(_NUMBERS)
        uuid, patient = f"card-{number}", f"patient-{number}"
        parts.feedback.issued(ehr, service, f"hook-{number}", [(uuid, rule.id, rule.version)], user)
        card = Card(rule, uuid, {}, (), f"fact-{rule_id}")
        parts.visits.note(ehr, service, patient, user, f"encounter:{number}", site, [card], silent=False)
        if place < accepted:
            parts.feedback.receive(ehr, service, Feedback(uuid, "accepted", clock.now()))
        elif place - accepted < len(given):
            reason = (given[place - accepted], "https://throughline.example/code-systems/override-reasons")
            parts.feedback.receive(ehr, service, Feedback(uuid, "overridden", clock.now(), reason=reason))
