"""How clinicians receive the cards of a host EHR, and what the quality team might change for it.

GET  /staff/acceptance/                 ?ehr= &days= &by= &rule=    rates with their intervals
GET  /staff/acceptance/acceptance.csv   the same, as a table
GET  /staff/acceptance/proposals        ?ehr= &days=    what the feedback suggests, with its evidence
POST /staff/acceptance/proposals        make a draft of one; nothing changes until two people release it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cds_service.acceptance import FEWEST, FEWEST_REASONS, SPLITS, Reception, told_apart
from cds_service.outside import clock
from cds_service.outside.reception import receptions
from smart_app.download import as_download
from smart_app.pages.staff_rules import LIST as RULES
from smart_app.session import wiring
from smart_app.staff.asked_ehr import chosen_ehr, host_ehrs
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import for_staff
from smart_app.studio.proposed import NoDraft, Proposals
from smart_app.studio.received import LOOK_BACKS, SPLIT_BY, as_csv, rows
from smart_app.studio.rulebook import Rulebook

LIST = "/staff/acceptance/"
blueprint = Blueprint("staff_acceptance", __name__, url_prefix="/staff/acceptance")
nav = NavEntry(
    "Acceptance",
    LIST,
    Permission.SEE_RULES,
    place=21,
    about="How cards are received, by rule, role and site, and what the feedback suggests.",
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a host EHR, how far back, split by what, and one rule or all."""

    host_ehr: str
    days: int
    by: str
    rule: str

    @classmethod
    def of_request(cls) -> Asked:
        """What was asked; the usual in place of what there is not."""
        asked, known = request.values, host_ehrs()
        days, by = asked.get("days", 90, type=int), asked.get("by", "")
        return cls(
            chosen_ehr(asked.get("ehr", ""), known),
            days if days in LOOK_BACKS else 90,
            by if by in SPLITS else "",
            asked.get("rule", "")[:80],
        )

    @property
    def since(self) -> date:
        """The first day of the figures."""
        return clock.today() - timedelta(days=self.days)

    def received(self) -> tuple[Reception, ...]:
        """Every count of this host EHR since then."""
        since = clock.now() - timedelta(days=self.days)
        return receptions(wiring().database, self.host_ehr, since) if self.host_ehr else ()

    def told(self, received: Iterable[Reception]) -> tuple[Reception, ...]:
        """The figures that are shown: of the rule asked for, split as asked, none of too few cards."""
        wanted = (one for one in received if self.rule in ("", one.rule))
        return tuple(told_apart(wanted, SPLITS[self.by]))


@blueprint.get("/")
@for_staff(Permission.SEE_RULES)
def show_acceptance(user: StaffUser) -> str:
    """Shown, accepted, set aside and left unanswered."""
    asked = Asked.of_request()
    received = asked.received()
    return render_template(
        "staff/acceptance.html",
        asked=asked,
        rows=tuple(rows(asked.told(received), SPLITS[asked.by])),
        rules=[("", "all"), *sorted({one.rule for one in received})],
        splits=list(SPLIT_BY.items()),
        fewest=FEWEST,
        fewest_reasons=FEWEST_REASONS,
        **_choices(),
    )


@blueprint.get("/acceptance.csv")
@for_staff(Permission.SEE_RULES)
def download(user: StaffUser) -> Response:
    """What the page shows, for a spreadsheet."""
    asked = Asked.of_request()
    table = as_csv(asked.told(asked.received()), asked.host_ehr, asked.since.isoformat())
    return as_download(table, "text/csv", "acceptance.csv")


@blueprint.get("/proposals")
@for_staff(Permission.SEE_RULES)
def show_proposals(user: StaffUser) -> str:
    """What the feedback on the versions that are live suggests."""
    asked = Asked.of_request()
    offers = _proposals(asked).offers() if asked.host_ehr else ()
    return render_template("staff/proposals.html", asked=asked, offers=offers, **_choices())


@blueprint.post("/proposals")
@for_staff(Permission.CHANGE_RULES)
def make_draft(user: StaffUser) -> ResponseReturnValue:
    """The draft of one proposal, under the name of whoever asked for it: a second person approves it."""
    asked, kind = Asked.of_request(), request.form.get("kind", "")
    try:
        kept = _proposals(asked).draft(asked.rule, kind, author=user.actor)
    except NoDraft as refused:
        flash(f"Not done: {refused}.", "problem")
        here = url_for("staff_acceptance.show_proposals", ehr=asked.host_ehr, days=asked.days)
        return redirect(here, code=303)
    flash(f"Revision {kept.revision} is a draft. Try it on a panel, then send it for approval.")
    return redirect(f"{RULES}{kept.rule_id}?revision={kept.revision}", code=303)


def _proposals(asked: Asked) -> Proposals:
    parts = wiring()
    today = parts.today_at(asked.host_ehr)
    return Proposals(
        Rulebook.of_wiring(parts),
        parts.rule_store,
        asked.host_ehr,
        parts.rules_in_use.at(asked.host_ehr, today).rules,
        asked.received(),
        asked.since,
        today,
    )


def _choices() -> dict[str, Sequence[str | tuple[str, str]]]:
    return {
        "ehrs": host_ehrs(),
        "look_backs": [(str(days), f"{days} days") for days in LOOK_BACKS],
    }
