"""Card rules: the list at one host EHR, and one rule with its text, its states and its history.

GET  /staff/rules/                   ?ehr= &sort= &words=    every rule, its fires, how its cards are received
GET  /staff/rules/new                an empty rule; POST: save it
GET  /staff/rules/<id>               ?revision= ?ehr=    form and YAML side by side
POST /staff/rules/<id>               save the next revision, or only show the other spelling
POST /staff/rules/<id>/do            send for approval or to be retired, approve, send back, roll back
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from cds_service.acceptance import FEWEST
from cds_service.life_cycle import AIMS, Deed, NotAllowed, State, Step
from cds_service.outside.rule_store import Overtaken, RuleText
from smart_app.errors import refuse
from smart_app.session import wiring
from smart_app.staff.asked_ehr import chosen_ehr, host_ehrs
from smart_app.staff.filled_form import Filled
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import NotPermitted, Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff
from smart_app.studio.deeds import check_user_can_do
from smart_app.studio.overtaken import both_texts
from smart_app.studio.overview import LOOK_BACK_DAYS, SORTS, overview
from smart_app.studio.places import Places
from smart_app.studio.rule_form import by_field, document_of, fields, fields_of
from smart_app.studio.rule_names import named_in, on_page
from smart_app.studio.rulebook import Rulebook
from smart_app.studio.yaml_form import text_of, values_of

LIST = "/staff/rules/"
START = """\
id: my-rule
version: "1"
owner: Quality team
hook: patient-view
priority: 50
when: {measure: CMS122, next_step: tested}
card:
  indicator: info
  summary: "No A1c in {period.year}"
"""
blueprint = Blueprint("staff_rules", __name__, url_prefix="/staff/rules")
nav = NavEntry(
    "Card rules",
    LIST,
    Permission.SEE_RULES,
    place=20,
    about="What clinicians are told, when, and how they take it; changed by two people.",
)


@blueprint.get("/")
@for_staff(Permission.SEE_RULES)
def list_rules(user: StaffUser) -> str:
    """Every rule at one host EHR."""
    ehrs = host_ehrs()
    ehr = chosen_ehr(request.args.get("ehr", ""), ehrs)
    sort, words = request.args.get("sort", "name"), request.args.get("words", "")
    return render_template(
        "staff/rules.html",
        ehr=ehr,
        ehrs=ehrs,
        found=overview(wiring(), ehr, sort, words) if ehr else None,
        words=words,
        sort=sort,
        sorts=list(SORTS.items()),
        refused=wiring().rules_in_use.refused,
        mistakes=wiring().rules_in_use.mistakes,
        days=LOOK_BACK_DAYS,
        fewest=FEWEST,
    )


@blueprint.get("/new")
@for_staff(Permission.CHANGE_RULES)
def new_rule(user: StaffUser) -> str:
    """A rule to begin with."""
    return _page(user, None, _read(START), None)


@blueprint.post("/new")
@for_staff(Permission.CHANGE_RULES)
def save_new_rule(user: StaffUser) -> Response:
    """Keep it as a draft when nothing is wrong with it."""
    return _saved(user, None)


@blueprint.get("/<rule_id>")
@for_staff(Permission.SEE_RULES)
def one_rule(user: StaffUser, rule_id: str) -> str:
    """The newest revision, or the one asked for."""
    kept = wiring().rule_store.text(rule_id, request.args.get("revision", type=int))
    return _page(user, rule_id, _read(kept.text if kept else text_in_folders(rule_id)), kept)


@blueprint.post("/<rule_id>")
@for_staff(Permission.CHANGE_RULES)
def save_rule(user: StaffUser, rule_id: str) -> Response:
    """Keep it as the next revision when nothing is wrong with it."""
    return _saved(user, rule_id)


@blueprint.post("/<rule_id>/do")
@for_staff(Permission.SEE_RULES)
def do(user: StaffUser, rule_id: str) -> Response:
    """One deed of the rule's life, at the host EHRs that were ticked."""
    form = request.form
    back = redirect(f"{LIST}{rule_id}?revision={form.get('revision', '')}", code=303)
    try:
        to_retire = "to_retire" in form
        deed = Deed.SEND if to_retire else Deed(form.get("deed", ""))
        revision = int(form.get("revision", ""))
        aim = State.RETIRED if to_retire else State(form["aim"]) if form.get("aim") else None
        starts = date.fromisoformat(form["starts"]) if form.get("starts") else None
    except ValueError:
        flash("Not done: the form was not filled in as it should be; a day is written YYYY-MM-DD.", "problem")
        return back
    known = host_ehrs()
    ehrs = [name for name in form.getlist("ehr") if name in known]
    try:
        check_user_can_do(user, deed, aim)
        if not ehrs:
            raise NotAllowed("no host EHR was chosen")
        book, store = Rulebook.of_wiring(wiring()), wiring().rule_store
        if deed is Deed.SEND and not to_retire:
            book.check_it_can_be_sent(store, rule_id, revision, ehrs)
        step = Step(deed, revision, user.actor, aim, starts, form.get("why", ""))
        store.do(rule_id, step, ehrs, falls_back=book.falls_back(store.text(rule_id, revision)))
        what = "sent to be retired; a second person has to approve that," if to_retire else deed
        flash(f"Revision {revision} is {what} for {', '.join(ehrs)}.")
    except (NotAllowed, NotPermitted) as refused:
        detail = {"rule": rule_id, "revision": revision, "deed": deed.name.lower()}
        audit(user, "rule-change-refused", detail, outcome="refused")
        flash(f"Not done: {refused}.", "problem")
    return back


def text_in_folders(rule_id: str) -> str:
    """The text of a rule of the folders."""
    rule = wiring().rules_in_use.base.get(rule_id)
    if rule is None:
        refuse(404, what=f"There is no card rule called {rule_id[:80]}.")
    return rule.text


def _read(text: str) -> Filled:
    """A text with everything that is wrong with it, its test patients tried."""
    book = Rulebook.of_wiring(wiring())
    checked = book.checked(text)
    problems, lines = by_field(map(on_page, checked.problems), book.known)
    return Filled(fields_of(checked.values, book.known), text, problems, lines)


def _saved(user: StaffUser, rule_id: str | None) -> Response:
    known = wiring().rules_in_use.known
    text = request.form.get("text", "").replace("\r\n", "\n")
    if "id" in request.form:  # the form was sent, with the text it was made of
        text = text_of(document_of(request.form, values_of(text), known))
    filled = _read(text)
    store = wiring().rule_store
    kept = store.text(rule_id) if rule_id else None
    if "show" in request.form:
        return make_response(_page(user, rule_id, filled, kept))
    named = filled.fields["id"]
    if not filled.lines and not filled.problems:
        taken = rule_id is None and (named in wiring().rules_in_use.base or store.text(named))
        says = "there is a rule of this id; open it in the list to change it" if taken else ""
        if rule_id is not None and named != rule_id:
            says = f"stays {rule_id!r}: everything is kept under it"
        if says:
            filled = Filled(filled.fields, filled.text, {"id": [says]}, (f"id: {says}",))
    if filled.lines or filled.problems:
        return make_response(_page(user, rule_id, filled, kept, saving=True), 422)
    told = filled.fields
    based_on = request.form.get("based_on", type=int)
    try:
        saved = store.save(named, told["version"], told["owner"], text, author=user.actor, after=based_on)
    except Overtaken as overtaken:
        return make_response(both_texts(overtaken.theirs, text), 409)
    flash(f"Saved as revision {saved.revision}. Try it on a panel, then send it for approval.")
    return redirect(f"{LIST}{named}?revision={saved.revision}", code=303)


def _page(
    user: StaffUser, rule_id: str | None, filled: Filled, kept: RuleText | None, *, saving: bool = False
) -> str:
    store = wiring().rule_store
    in_folders = {rule.id: rule for rule in wiring().rules}
    looked_at = Places(Rulebook.of_wiring(wiring()), store, in_folders, user)
    places = looked_at.of(kept, host_ehrs()) if kept else ()
    return render_template(
        "staff/rule.html",
        rule_id=rule_id,
        kept=kept,
        filled=filled,
        saving=saving,
        parts=fields(wiring().rules_in_use.known),
        names=named_in(filled.fields, wiring().rules_in_use.known),
        texts=store.texts(rule_id) if rule_id else (),
        history=tuple(reversed(store.history(rule_id=rule_id))) if rule_id else (),
        places=places,
        choices=[one.host_ehr for one in places if Deed.SEND.name in one.deeds],
        aims=AIMS[::-1],
        deeds={deed.name: deed.value for deed in Deed},
        built_in=rule_id in wiring().rules_in_use.base,
    )
