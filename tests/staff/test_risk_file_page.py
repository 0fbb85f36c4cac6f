"""The risk file as the quality team works on it: tried, saved by one, released by another, taken back."""

from __future__ import annotations

import re
from html import unescape

import pytest

from cds_service.outside import clock
from cds_service.outside.registry import HostEhr
from cds_service.risk import Risk
from cds_service.risk_policy import FILE
from cds_service.roles import Role
from tests.staff.browsing import PASSWORD, audited
from tests.staff.test_risk_pages import person

PAGE = "/staff/risk-file/"
SHIPPED = FILE.read_text()


def changed(version: str, *more: tuple[str, str]) -> str:
    text = SHIPPED.replace('version: "1"', f'version: "{version}"')
    for old, new in more:
        assert old in text
        text = text.replace(old, new)
    return text


HALF = changed("2", ("panel_percent: 10 ", "panel_percent: 5 "))


@pytest.fixture
def risk(app) -> Risk:
    """Riverside: forty people, four on the list; and a second one of the quality team."""
    parts = app.extensions["throughline"]
    parts.host_ehrs.add(
        HostEhr.model_validate({"name": "riverside", "fhir_base": "https://ehr.riverside.example/fhir"})
    )
    app.extensions["throughline.staff"].accounts.add("quentin", PASSWORD, {Role.QUALITY}, by="test")
    people = [person(n, f"Person {n}", n % 5) for n in range(40)]
    parts.risk.refresh("riverside", people, clock.today())
    return parts.risk


def after(browser, path: str = PAGE, **form: str) -> str:
    """What the next page says."""
    answer = browser.send(path, on=PAGE, **form)
    assert answer.status_code == 303
    return unescape(browser.get(answer.location).text)


def test_one_saves_another_approves_and_it_is_taken_back(app, risk, signed_in):
    quality, quentin = signed_in("quality"), signed_in("quentin")

    saved = after(quality, text=HALF)
    assert "Version 2 is saved. It waits for a second person." in saved
    assert "A second person has to approve it." in saved
    assert "ask a second person" in after(quality, f"{PAGE}do", deed="approve", number="1")
    assert risk.policy().panel_percent == 10
    waiting = unescape(quentin.get(PAGE).text)
    assert "version: 1 -> 2" in waiting
    assert "worklist.panel_percent: 10 -> 5" in waiting
    assert "It is in use." in after(quentin, f"{PAGE}do", deed="approve", number="1")
    assert risk.policy().panel_percent == 5
    assert "Version 1 is in use again" in after(quality, f"{PAGE}do", deed="roll back")
    assert risk.policy().panel_percent == 10
    actions = [action for _, action, _ in audited(app) if action.startswith("risk-policy")]
    assert actions == ["risk-policy-saved", "risk-policy-released", "risk-policy-rolled-back"]


def test_what_is_sent_back_waits_no_more_and_can_be_opened_again(risk, signed_in):
    quality, quentin = signed_in("quality"), signed_in("quentin")
    after(quality, text=HALF)

    assert "waits for approval" not in after(quentin, f"{PAGE}do", deed="send back", number="1")
    assert 'value="5"' in quality.get(f"{PAGE}?number=1").text
    assert 'value="10"' in quality.get(PAGE).text


def test_every_mistake_is_told_with_its_line_and_beside_its_field_and_nothing_is_kept(risk, signed_in):
    wrong = changed("2", ("percent: 10 ", "percent: 12 "), ("high: {in_100: 25", "high: {in_100: 250"))

    answer = signed_in("quality").send(PAGE, on=PAGE, text=wrong)

    page = unescape(answer.text)
    assert answer.status_code == 422
    assert "Not saved: 2 things are wrong." in page
    assert "line 11: worklist.panel_percent: " in page
    assert "line 16: high.in_100: " in page
    assert 'aria-describedby="high.in_100-hint high.in_100-problem"' in page
    assert risk.policies.saved() == ()


def test_the_form_says_the_same_as_the_yaml_and_keeps_what_it_has_no_field_for(risk, signed_in):
    quality = signed_in("quality")
    with_points = changed("2", ("points: []", "points: [{feature: housing, from: 1, points: 9}]"))

    shown = quality.send(
        PAGE,
        on=PAGE,
        **{
            "text": with_points,
            "show": "1",
            "version": "3",
            "outcomes": "psychiatric\nacute",
            "horizons.psychiatric": "60\n30",
            "horizons.acute": "",
            "features_off": "gad7_last",
            "weights.smi": "1.5",
            "worklist.exclude": "died\nminor",
            "worklist.cap_per_care_manager": "",
        },
    )

    page = unescape(shown.text)
    assert shown.status_code == 200
    assert "outcomes:\n- psychiatric\n- acute\n" in page
    assert "horizons:\n  psychiatric:\n  - 60\n  - 30\n" in page
    assert "features_off:\n- gad7_last" in page
    assert "smi: 1.5" in page
    assert "- minor" in page
    assert "cap_per_care_manager:" not in page
    assert "feature: housing" in page
    assert "thing is wrong" not in page
    assert risk.policies.saved() == ()


def test_a_dry_run_names_who_leaves_changes_nothing_and_is_in_the_audit(app, risk, signed_in):
    listed = risk.worklists.patients("riverside")

    page = unescape(signed_in("quality").send(f"{PAGE}try", on=PAGE, text=HALF, ehr="riverside").text)

    assert "<strong>0</strong> enter the worklist, <strong>2</strong> leave it, 2 stay" in page
    for number in (14, 19):
        assert f'Person {number} <span class="soft">p{number:04}</span>' in page
    assert risk.worklists.patients("riverside") == listed
    assert ("staff/quality", "risk-file-tried", "success") in audited(app)


def test_of_two_trials_on_one_page_each_has_its_own_host_ehr(app, risk, signed_in):
    app.extensions["throughline"].host_ehrs.add(
        HostEhr.model_validate({"name": "lakeside", "fhir_base": "https://ehr.lakeside.example/fhir"})
    )
    page = after(signed_in("quality"), text=HALF)

    ids, labels = (re.findall(rf'{name}="([^"]+)"', page) for name in (" id", "<label for"))
    assert page.count('name="ehr"') == 2
    assert len(ids) == len(set(ids))
    assert set(labels) <= set(ids)


def test_what_is_tried_is_the_yaml_as_it_stands_in_its_box_and_no_copy(risk, signed_in):
    page = signed_in("quality").get(PAGE).text

    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    [trying] = [form for form in forms if "/staff/risk-file/try" in form]
    assert '<textarea id="yaml" name="text"' in trying
    assert '<button class="button" formaction="/staff/risk-file/try">' in trying
    assert trying.count('name="text"') == 1


def test_a_file_that_changes_the_points_is_not_tried_on_kept_scores(risk, signed_in):
    housing = changed("2", ("points: []", "points: [{feature: housing, from: 1, points: 9}]"))

    page = unescape(signed_in("quality").send(f"{PAGE}try", on=PAGE, text=housing, ehr="riverside").text)

    assert "the panel has to be scored with it. Use throughline risk worklist --dry-run." in page


def test_a_version_that_is_taken_is_told_beside_its_field(risk, signed_in):
    quality = signed_in("quality")
    after(quality, text=HALF)

    for text in (changed("2"), SHIPPED.replace("[90, 30, 60]", "[60]")):
        answer = quality.send(PAGE, on=PAGE, text=text)
        assert answer.status_code == 422
        assert "give it another one" in answer.text


def test_a_file_of_one_outcome_and_horizon_is_shown_and_saved_in_the_words_of_today(risk, signed_in):
    quality = signed_in("quality")
    old = 'version: "1.5"\noutcome: ed\nhorizon: 30\n'

    page = unescape(quality.send(PAGE, on=PAGE, text=old, show="1").text)
    form = {"version": "1.6", "outcomes": "ed", "horizons.ed": "30", "worklist.panel_percent": "5"}
    saved = after(quality, text=old, **form)

    assert re.search(r'name="outcomes"[^>]*>\s*ed</textarea>', page)
    assert re.search(r'name="horizons.ed"[^>]*>\s*30</textarea>', page)
    assert "Version 1.6 is saved" in saved
    assert "outcome:" not in risk.policies.waiting().text


def test_a_dry_run_says_what_would_rank_and_which_outcome_no_model_tells(risk, signed_in):
    wanted = changed("2", ("outcomes: [acute] ", "outcomes: [acute, ed] "))

    page = unescape(signed_in("quality").send(f"{PAGE}try", on=PAGE, text=wanted, ehr="riverside").text)

    assert "<li>Ranked by expert points</li>" in page
    assert "<li>Beside it, ed: not told, no model of ed is promoted</li>" in page


def test_an_analyst_reads_and_others_see_nothing(risk, signed_in):
    analyst = signed_in("analyst")

    assert "Save the form" not in analyst.get(PAGE).text
    assert analyst.send(PAGE, on="/staff/", text=HALF).status_code == 403
    assert analyst.send(f"{PAGE}do", on="/staff/", deed="roll back").status_code == 403
    assert analyst.send(f"{PAGE}try", on="/staff/", text=HALF, ehr="riverside").status_code == 403
    assert signed_in("coordinator").get(PAGE).status_code == 403
