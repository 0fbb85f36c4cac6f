"""An instrument as a form in the chart, and what becomes of it when it is saved.

GET  /chart/<launch_id>/assess/<instrument>         the form          ?gap=CMS2   ?note=<DocumentReference id>
                                                    as it was left, when a session ended in the middle of it
POST /chart/<launch_id>/assess/<instrument>         written to the EHR; back to the chart, or on
POST /chart/<launch_id>/assess/<instrument>/score   what the answers come to so far, for the page's script
POST /chart/<launch_id>/assess/<instrument>/anew    the form again, empty
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from measures.answers import AnswersDoNotFit, Sheet, fit
from measures.consent import disclosable
from measures.instrument import Instrument, Mode
from measures.instrument import Response as Answers
from measures.respondent import Person
from smart_app.assessment import Assessment, text_of
from smart_app.care import form
from smart_app.care.banner import patient_name
from smart_app.care.consent import CONSENT_LINE
from smart_app.care.facts import FHIR_ID
from smart_app.care.mentions import NoteMention, in_note, score_of
from smart_app.care.respondent import respondent
from smart_app.errors import refuse
from smart_app.fhir_resources import is_about
from smart_app.filing import file_assessment, instruments, key_of_form, outcome_page
from smart_app.pages.reading import audit, read_one
from smart_app.session import FORM_TOKEN, OpenChart, form_token, in_chart, in_form
from smart_app.unsaved import forget, taken_up

blueprint = Blueprint("assess", __name__)

MODES = {mode.value: mode.value.capitalize() for mode in Mode}
_OLDEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Sent:
    """What a form holds: the fields of its items, and what belongs to the form itself."""

    values: form.Values
    mode: Mode
    day: date
    gap: str
    key: str
    note: str = ""  # the id of the note whose result is looked at, or confirmed
    with_finding: bool = True
    may_be_incomplete: bool = False


@blueprint.get("/chart/<launch_id>/assess/<instrument_id>")
@in_chart
def show_form(opened: OpenChart, instrument_id: str) -> Response:
    instrument = _instrument(instrument_id)
    audit(opened, "form-view", {"launch_id": opened.launch_id, "instrument": instrument.id})
    kept = taken_up(opened)
    if kept is not None:
        fields: MultiDict[str, str] = MultiDict({name: list(values) for name, values in kept.fields.items()})
        sent = _held(fields, opened.host_ehr.today())
        return _page(opened, instrument, sent, kept_at=kept.kept_at)
    gap = request.args.get("gap", "")[:63]
    note = request.args.get("note", "")
    sent = Sent({}, Mode.IN_PERSON, opened.host_ehr.today(), gap, secrets.token_urlsafe(16), note)
    return _page(opened, instrument, sent)


@blueprint.post("/chart/<launch_id>/assess/<instrument_id>/anew")
@in_form
def begin_anew(opened: OpenChart, instrument_id: str) -> AnyResponse:
    """The form without what was kept of it."""
    place = f"assess/{_instrument(instrument_id).id}"
    forget(opened, place)
    return redirect(
        f"/chart/{opened.launch_id}/{place}?{urlencode({'gap': request.form.get('_gap', '')})}", 303
    )


@blueprint.post("/chart/<launch_id>/assess/<instrument_id>")
@in_form
def save_form(opened: OpenChart, instrument_id: str) -> AnyResponse:
    """Saved when every item is answered that has to be, or the clinician says that the rest stays open."""
    instrument = _instrument(instrument_id)
    sent = _sent(request.form, opened.host_ehr.today())
    if sent.note:
        return _confirmed(opened, instrument, sent)
    try:
        response = fit(instrument, sent.values, sent.mode)
    except AnswersDoNotFit as problems:
        said = {one.link_id: one.says for one in problems.problems}
        if not said.keys() <= {item.link_id for item in instrument.questions}:
            refuse(400)
        return _page(opened, instrument, sent, said)
    who, _ = _person(opened)
    score = instrument.score(response, who)
    blank = {item.link_id: "" for item in Sheet(instrument, response).left_blank}
    if blank and not (sent.may_be_incomplete and (score.value is not None or instrument.filed_as)):
        return _page(opened, instrument, sent, blank)
    finding = instrument.finding(who) if sent.with_finding else None
    return _filed(opened, Assessment(instrument, response, score, sent.day, finding), sent)


def _confirmed(opened: OpenChart, instrument: Instrument, sent: Sent) -> AnyResponse:
    """The total that a note gives, read again from the note: what the form says of it does not count."""
    who, _ = _person(opened)
    mention = _mention(opened, instrument, sent.note)
    score = score_of(mention, instrument, who) if mention else None
    if mention is None or score is None:
        refuse(409, title="The note does not say that any more", what="Nothing was written.")
    score = replace(
        score, note=f"Total confirmed from a note of {mention.day.isoformat()}; its items are not known"
    )
    response = Answers({}, sent.mode, source=f"DocumentReference/{mention.note_id}")
    made = Assessment(instrument, response, score, mention.day, instrument.finding(who))
    return _filed(opened, made, sent)


def _filed(opened: OpenChart, made: Assessment, sent: Sent) -> AnyResponse:
    """Written, and on to what comes next; or the page that tells what was not."""
    instrument, score = made.instrument, made.score
    filed = file_assessment(opened, made, sent.key, sent.gap)
    following = instrument.next_forms(score)
    if not filed.complete:
        return outcome_page(opened, made.title, text_of(made), filed, following)
    if following:
        page = url_for("assess.show_form", launch_id=opened.launch_id, instrument_id=following[0].to)
        return redirect(f"{page}?{urlencode({'gap': sent.gap, 'after': instrument.id})}", 303)
    return redirect(url_for("chart.show_chart", launch_id=opened.launch_id, _anchor=_place(sent.gap)), 303)


@blueprint.post("/chart/<launch_id>/assess/<instrument_id>/score")
@in_form
def score_form(opened: OpenChart, instrument_id: str) -> Response:
    """Without a read of the EHR: sex and age, which a few cut-offs ask for, are known when it is saved."""
    instrument = _instrument(instrument_id)
    response = _fitting(instrument, _sent(request.form, opened.host_ehr.today()).values)
    told = form.told(instrument, response, instrument.score(response))
    asked = [item.link_id for item in Sheet(instrument, response).asked]
    return jsonify(says=told.says, tone=told.tone, flags=told.flags, asks=asked)


def _page(
    opened: OpenChart,
    instrument: Instrument,
    sent: Sent,
    problems: dict[str, str] | None = None,
    kept_at: datetime | None = None,
) -> Response:
    who, name = _person(opened)
    response = _fitting(instrument, sent.values)
    score = instrument.score(response, who)
    finding = instrument.finding(who)
    mention = _mention(opened, instrument, sent.note) if sent.note else None
    confirmed = score_of(mention, instrument, who) if mention else None
    troubles = {link_id: says or "Not answered." for link_id, says in (problems or {}).items()}
    page = render_template(
        "assess.html",
        instrument=instrument,
        name=name,
        need_patient_banner=opened.need_patient_banner,
        consent_line=CONSENT_LINE,
        before=_before(instrument),
        kept_at=kept_at,
        mention=mention,
        confirmable=f"{instrument.title} {confirmed.value:g}" if confirmed else "",
        problems=[
            {"link_id": link_id, "name": form.name_of(instrument, link_id), "says": says}
            for link_id, says in (problems or {}).items()
        ],
        may_be_incomplete=bool(problems) and (score.value is not None or instrument.filed_as is not None),
        action=url_for("assess.save_form", launch_id=opened.launch_id, instrument_id=instrument.id),
        anew=url_for("assess.begin_anew", launch_id=opened.launch_id, instrument_id=instrument.id),
        score_at=url_for("assess.score_form", launch_id=opened.launch_id, instrument_id=instrument.id),
        token=form_token(opened.launch_id),
        patient_id=opened.patient_id,
        key=sent.key,
        gap=sent.gap,
        fields=form.fields(instrument, sent.values, response, troubles),
        modes=MODES,
        mode=sent.mode.value,
        day=sent.day.isoformat(),
        today=opened.host_ehr.today().isoformat(),
        finding=finding
        and instrument.cut_off
        and {
            "title": finding.code.display,
            "from_points": f"{instrument.cut_off.at:g}",
            "chosen": sent.with_finding,
        },
        told=form.told(instrument, response, score),
    )
    return make_response(page, 422 if problems else 200)


def _instrument(instrument_id: str) -> Instrument:
    found = instruments().get(instrument_id)
    if found is None:
        refuse(404, what="There is no such form here.")
    return found


def _person(opened: OpenChart) -> tuple[Person, str]:
    """Sex, age and name, read from the EHR; unknown where it does not tell."""
    resources = read_one(opened, "Patient", opened.patient_id).resources
    patient = next((one for one in resources if one["resourceType"] == "Patient"), {})
    return respondent(patient, opened.host_ehr.today()), patient_name(patient)


def _mention(opened: OpenChart, instrument: Instrument, note_id: str) -> NoteMention | None:
    """What the note says of the instrument; None when it is no note of this patient that may be shown."""
    if not FHIR_ID.fullmatch(note_id):
        return None
    found = disclosable(read_one(opened, "DocumentReference", note_id).resources)
    notes = [one for one in found if is_about(one, "DocumentReference", opened.patient_id)]
    said = (mention for note in notes for mention in in_note(note))
    return next((one for one in said if one.instrument_id == instrument.id), None)


def _before(instrument: Instrument) -> str:
    """Why one is sent on from another form, in that form's words."""
    earlier = instruments().get(request.args.get("after", ""))
    why = next((f.why for f in earlier.follow_ons if f.to == instrument.id), "") if earlier else ""
    return f"{earlier.title} saved. {why}." if earlier and why else ""


def _sent(entered: MultiDict[str, str], today: date) -> Sent:
    """What was entered; an error page for what no form of ours sends."""
    try:
        mode = Mode(entered.get("_mode", Mode.IN_PERSON.value))
        day = date.fromisoformat(entered.get("_day") or today.isoformat())
    except ValueError:
        refuse(400, what="The date, or how the assessment was held, cannot be understood.")
    if not _OLDEST <= day <= today:
        refuse(400, what="The date of the assessment lies in the future, or too far in the past.")
    return _read(entered, mode, day, key_of_form(entered))


def _held(entered: MultiDict[str, str], today: date) -> Sent:
    """What was kept of a form that was never saved. What cannot be understood of it is as in a new form."""
    try:
        day = date.fromisoformat(entered.get("_day", ""))
    except ValueError:
        day = today
    mode = next((mode for mode in Mode if mode == entered.get("_mode")), Mode.IN_PERSON)
    # The key it was first sent with: should that have reached the EHR after all, it is not written twice.
    key = entered.get("_key") or secrets.token_urlsafe(16)
    return _read(entered, mode, day if _OLDEST <= day <= today else today, key)


def _read(entered: MultiDict[str, str], mode: Mode, day: date, key: str) -> Sent:
    """The fields of our own begin with an underscore, which no item's do."""
    own = {name for name in entered if name.startswith("_") or name == FORM_TOKEN}
    return Sent(
        values={name: tuple(entered.getlist(name)) for name in entered if name not in own},
        mode=mode,
        day=day,
        gap=entered.get("_gap", "")[:63],
        key=key,
        note=entered.get("_note", ""),
        with_finding=entered.get("_finding") == "yes",
        may_be_incomplete=entered.get("_incomplete") == "yes",
    )


def _fitting(instrument: Instrument, values: form.Values) -> Answers:
    """The answers that fit, of a form that may have others."""
    try:
        return fit(instrument, values)
    except AnswersDoNotFit as problems:
        wrong = {one.link_id for one in problems.problems}
        return fit(instrument, {name: given for name, given in values.items() if name not in wrong})


def _place(gap: str) -> str:
    return f"gap-{gap}" if gap else "gaps"
