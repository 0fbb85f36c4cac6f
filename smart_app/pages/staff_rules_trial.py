"""What a change of a rule would do before anybody is told anything: a dry run, and the difference in words.

GET  /staff/rules/<id>/try       ?revision=    what it can be tried on; POST: try it on a panel
POST /staff/rules/<id>/try-recorded            try it on the charts that calls brought, without the person
GET  /staff/rules/<id>/compare   ?revision= &with=    two revisions, or one and the rule of the folders
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice

from flask import Blueprint, render_template, request

from cds_service.dry_run import LEFT_OUT, Tried
from cds_service.outside import clock
from cds_service.outside.rule_store import RuleText
from cds_service.outside.yaml_file import FileProblems
from cds_service.recording import RecordedChart, recorded
from cds_service.rule_words import changes
from cds_service.rules import CardRule
from cds_service.rules_in_use import compiled
from cds_service.services import find_services
from measures.terminology import UnknownValueSet
from smart_app.errors import refuse
from smart_app.pages.staff_rules import text_in_folders
from smart_app.session import wiring
from smart_app.staff.asked_ehr import chosen_ehr, host_ehrs
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff
from smart_app.studio.rulebook import Rulebook
from smart_app.studio.small_panel import too_large_to_wait
from smart_app.studio.yaml_form import values_of

Rules = Mapping[str, CardRule]
MOST_RECORDED = 500
"""Of recorded calls of each service, the newest: some ten seconds. The command line tries all."""

blueprint = Blueprint("staff_rules_trial", __name__, url_prefix="/staff/rules")


@blueprint.get("/<rule_id>/try")
@for_staff(Permission.CHANGE_RULES)
def show_trial(user: StaffUser, rule_id: str) -> str:
    """What there is to try it on."""
    return _page(_kept(rule_id))


@blueprint.post("/<rule_id>/try")
@for_staff(Permission.CHANGE_RULES)
def try_rule(user: StaffUser, rule_id: str) -> str:
    """For whom it fires on the panel, before and after; to see patients' ids is in the audit."""
    kept = _kept(rule_id)
    panel = wiring().settings.panel
    if panel is None or too_large_to_wait(panel):
        return _page(kept)
    try:
        day = date.fromisoformat(request.form.get("as_of", ""))
    except ValueError:
        return _page(kept, problem="Write the day as YYYY-MM-DD.")
    return _tried(user, kept, lambda book, _ehr, before, after: book.tried(panel, before, after, day))


@blueprint.post("/<rule_id>/try-recorded")
@for_staff(Permission.CHANGE_RULES)
def try_on_recorded(user: StaffUser, rule_id: str) -> str:
    """For whom it fires among the charts that calls of a host EHR brought; nobody can be told from them."""

    def on_recorded(book: Rulebook, ehr: str, before: Rules, after: Rules) -> Tried:
        def charts(service: str) -> Iterator[RecordedChart]:
            return recorded(islice(wiring().recorded_charts.all(ehr, service), MOST_RECORDED))

        return book.tried_on_recorded(charts, before, after, wiring().today_at(ehr))

    return _tried(user, _kept(rule_id), on_recorded)


def _tried(user: StaffUser, kept: RuleText, run_on: Callable[[Rulebook, str, Rules, Rules], Tried]) -> str:
    """The rules live at the chosen host EHR, without this revision and with it; the audit knows of it."""
    ehr = chosen_ehr(request.form.get("ehr", ""), host_ehrs())
    book = Rulebook.of_wiring(wiring()).scoring(wiring().risk)
    try:
        before = book.live(wiring().rule_store, ehr, wiring().today_at(ehr))
        after = before | {kept.rule_id: compiled(kept.text, book.known, kept.rule_id)}
        tried = run_on(book, ehr, before, after)
    except (FileProblems, FileNotFoundError, UnknownValueSet) as cannot:
        return _page(kept, problem=f"It cannot be tried: {cannot}")
    detail = {"rule": kept.rule_id, "revision": kept.revision, "patients": tried.patients}
    audit(user, "rule-tried", detail, host_ehr=ehr)
    return _page(kept, tried=tried, ehr=ehr)


@blueprint.get("/<rule_id>/compare")
@for_staff(Permission.SEE_RULES)
def compare(user: StaffUser, rule_id: str) -> str:
    """What a revision says otherwise than another, or than the rule of the folders."""
    kept = _kept(rule_id)
    store = wiring().rule_store
    asked = request.args.get("with", type=int)
    if asked is None:
        asked = kept.revision - 1
    other = store.text(rule_id, asked) if asked else None
    built_in = rule_id in wiring().rules_in_use.base
    if other is None and built_in:
        old, called = text_in_folders(rule_id), "the rule of the folders"
    else:
        old, called = (other.text, f"revision {other.revision}") if other else ("", "nothing")
    return render_template(
        "staff/rule_compare.html",
        kept=kept,
        called=called,
        others=[
            text.revision for text in store.texts(rule_id) if text.revision != kept.revision and text != other
        ],
        with_folders=built_in and other is not None,
        changed=changes(values_of(old), values_of(kept.text)),
    )


def _kept(rule_id: str) -> RuleText:
    found = wiring().rule_store.text(
        rule_id, request.form.get("revision", type=int) or request.args.get("revision", type=int)
    )
    return found or refuse(404, what=f"There is no saved revision of {rule_id[:80]}; save it first.")


def _page(kept: RuleText, *, tried: Tried | None = None, problem: str = "", ehr: str = "") -> str:
    panel, ehrs, charts = wiring().settings.panel, host_ehrs(), wiring().recorded_charts
    return render_template(
        "staff/rule_trial.html",
        kept=kept,
        tried=tried,
        problem=problem,
        panel=panel is not None,
        too_large=panel is not None and too_large_to_wait(panel),
        ehr=ehr,
        ehrs=ehrs,
        records=charts.keeps,
        recorded=[(name, f"{name} ({told})") for name in ehrs if (told := _told(charts.counts(name)))],
        left_out=LEFT_OUT,
        most_recorded=MOST_RECORDED,
        as_of=request.form.get("as_of", "") or clock.today().isoformat(),
    )


def _told(counts: Mapping[str, int]) -> str:
    """Such as "12 patient-view, 3 order-sign"."""
    services = find_services()
    return ", ".join(f"{counts[id]} {services[id].hook}" for id in services if id in counts)
