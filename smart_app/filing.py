"""From what a clinician entered to what the EHR was given, and the page that tells what became of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import orjson
from flask import Response, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from cds_service.drafts import Draft
from cds_service.outside.ehr_writer import Fate
from cds_service.outside.ehr_writes import BeingWritten, OtherContent, Part
from measures.instrument import FollowOn
from measures.instrument_catalog import InstrumentCatalog, find_instruments
from smart_app import assessment, fhir_resources, writeback
from smart_app.assessment import Assessment
from smart_app.care.consent import CONSENT_LINE
from smart_app.errors import refuse
from smart_app.fhir_resources import Setting
from smart_app.session import OpenChart, wiring
from smart_app.writeback import NOT_PERMITTED, NOT_TAKEN, Filed, NotNoted, Paper, Piece, Rungs, RungsAt

PIECES = {
    "Observation": "the result",
    "QuestionnaireResponse": "the answers",
    "DocumentReference": "the document",
    "ServiceRequest": "the order",
}
_FATES = {
    Fate.WRITTEN: "written to the EHR",
    Fate.REFUSED: "not taken by this EHR",
    Fate.CONFLICT: "not written: the EHR reports a conflict",
    Fate.BUSY: "not written: the EHR could not take it now",
    Fate.SIGNED_OUT: "not written: the session at the EHR has ended",
    Fate.UNKNOWN: "sent, but the EHR did not say whether it was written",
    writeback.BEGUN: "sent, but it is not known whether it was written",
    NOT_TAKEN: "not sent: this kind of EHR does not take it from apps",
    NOT_PERMITTED: "not permitted: this launch may not write it",
}


_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def instruments() -> InstrumentCatalog:
    """Those that come with Throughline, and those this installation imported; read once for each request."""
    if "instruments" not in g:
        own = find_instruments()
        imported = (one.instrument for one in wiring().questionnaires.all())
        g.instruments = own.joined_by(one for one in imported if own.get(one.id) is None)
    found: InstrumentCatalog = g.instruments
    return found


def file_assessment(opened: OpenChart, made: Assessment, key: str, gap: str) -> Filed:
    """One filled-in form; the same form sent again is the same paper, and is written once."""
    entered = orjson.dumps(
        [
            made.instrument.id,
            made.day,
            made.mode,
            made.finding is not None,
            dict(made.response.answers),
            made.score.value,
        ],
        option=orjson.OPT_SORT_KEYS,
    )
    return _file(
        opened,
        key,
        made.instrument.id,
        gap,
        entered,
        lambda at: assessment.rungs(made, _setting(opened, key, at)),
    )


def file_order(opened: OpenChart, drafts: Sequence[Draft], key: str, gap: str) -> Filed:
    """One order, or those that belong together, from drafts."""

    def rungs(at: datetime) -> Rungs:
        setting = _setting(opened, key, at)
        return (tuple(_ordered(draft, setting) for draft in drafts),)

    what = "+".join(draft.name for draft in drafts)
    return _file(opened, key, what[:63], gap, what.encode(), rungs)


def _ordered(draft: Draft, setting: Setting) -> Piece:
    resource = draft.for_patient(setting.patient_id, setting.sent_at.date())
    return Piece(
        draft.name, resource["resourceType"], lambda _: fhir_resources.order(setting, draft.name, resource)
    )


def text_of_order(drafts: Iterable[Draft], today: date) -> str:
    """The orders as plain text, to be entered by hand."""
    lines = [f"{draft.says} ({_codes(draft)})" for draft in drafts]
    return f"Orders, {today.isoformat()}\n" + "\n".join(lines) + "\n"


def _codes(draft: Draft) -> str:
    codings = draft.template.get("code", {}).get("coding", [])
    return "; ".join(
        f"{one.get('display', '')} {one['system'].rpartition('/')[2]} {one['code']}".strip()
        for one in codings
    )


def key_of_form(entered: MultiDict[str, str]) -> str:
    """The key the page made for this form; the 400 page when it is none of ours."""
    key = entered.get("_key", "")
    if not _KEY.fullmatch(key):
        refuse(400)
    return key


def _setting(opened: OpenChart, key: str, at: datetime) -> Setting:
    return Setting(opened.patient_id, key, at, opened.user, opened.encounter_id)


def _file(opened: OpenChart, key: str, what: str, gap: str, entered: bytes, rungs: RungsAt) -> Filed:
    paper = Paper(key, what, gap, hashlib.sha256(entered).hexdigest(), rungs)
    try:
        return writeback.file(opened, paper)
    except OtherContent:
        refuse(
            409,
            title="This form was already sent with other answers",
            what="What was written the first time stands; nothing was changed.",
            next_step="Go back to the chart. To correct it, undo it there or fill in the form anew.",
        )
    except BeingWritten:
        refuse(
            409,
            title="This is being saved",
            what="The same form was sent twice; the first one is still being written. It is written once.",
            next_step="Go back to the chart in a few seconds.",
        )
    except NotNoted:
        refuse(
            503,
            title="It is not certain what was written",
            what="It was sent to the EHR, but Throughline could not keep a note of it.",
            next_step="Look in the EHR whether it is there before you enter it again.",
        )


def outcome_page(
    opened: OpenChart, title: str, text: str, filed: Filed, following: tuple[FollowOn, ...] = ()
) -> Response:
    """What was not, or not wholly, written: part by part, with the text to copy and what can be done."""
    g.unfinished = filed.can_try_again
    page = render_template(
        "outcome.html",
        title=title,
        text=text,
        filed=filed,
        headline=_headline(filed),
        parts=[
            (PIECES.get(part.kind, part.kind), _fate(part), filed.says.get(part.name, ""))
            for part in filed.write.parts
        ],
        fields=[(name, value) for name in request.form for value in request.form.getlist(name)],
        again=request.path,
        chart=url_for("chart.show_chart", launch_id=opened.launch_id),
        following=[
            (url_for("assess.show_form", launch_id=opened.launch_id, instrument_id=one.to), one.why)
            for one in following
        ],
        consent_line=CONSENT_LINE,
    )
    status = 409 if filed.conflict else 502 if filed.can_try_again else 200
    return make_response(page, status)


def _headline(filed: Filed) -> str:
    if filed.unknown:
        return "The EHR did not say whether this was written."
    if filed.nothing:
        return "Nothing was written to the EHR."
    return "Only a part of this was written to the EHR."


def _fate(part: Part) -> str:
    return _FATES.get(part.fate, part.fate)
