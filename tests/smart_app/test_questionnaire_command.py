"""`throughline questionnaire`: a form of one's own, from its file to a filled-in form in the chart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cds_service.outside.questionnaires import LARGEST_FILE
from cds_service.outside.tables.audit import AuditEventRow
from smart_app.cli import throughline
from tests.conftest import SECRET
from tests.measures.questionnaire.sleep_check import SLEEP
from tests.smart_app.acting import OUR_PAGE, blank
from tests.smart_app.chart_ehr import WRITES, ChartEhr, story
from tests.smart_app.launching import launch, opened

MISTAKES = Path(__file__).parents[1] / "mistakes" / "questionnaire"
ANSWERS = {
    "grid.1": "LA6571-9",
    "grid.2": "1",
    "grid.3": "few",
    "hours": "5",
    "what": "Tea",
    "since": "2026-01-02",
}


@pytest.fixture
def installation(settings, monkeypatch, tmp_path):
    """The variables of an installation, for the command and for a server of it."""
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", SECRET)
    monkeypatch.chdir(tmp_path)
    return settings


def run(*arguments: str) -> Result:
    return CliRunner().invoke(throughline, ["questionnaire", *arguments])


def written(name: str = "sleep.json", **more: object) -> str:
    """A file of the sleep check, in the working folder."""
    Path(name).write_text(json.dumps(SLEEP | more))
    return name


def test_a_form_is_imported_listed_replaced_and_removed(installation, database):
    assert "No form was imported" in run("list").output

    first, again = run("add", written()), run("add", written(version="3"))

    assert first.output == "sleep-check: imported, Sleep check 2, 7 questions, with a total\n"
    assert again.output.startswith("sleep-check: replaced, Sleep check 3")
    assert run("list").output.startswith("sleep-check  Sleep check 3  imported 20")
    assert run("remove", "sleep-check").output == "sleep-check: removed\n"
    assert "No form was imported" in run("list").output


def test_what_was_done_is_noted_in_the_audit(installation, app):
    run("add", written())
    run("remove", "sleep-check")

    with app.extensions["throughline"].database.reading() as connection:
        noted = connection.execute(select(AuditEventRow.action)).scalars().all()
    assert {"questionnaire-add", "questionnaire-remove"} <= set(noted)


@pytest.mark.parametrize("mistake", sorted(MISTAKES.glob("*.json")), ids=lambda path: path.stem)
def test_every_problem_of_a_file_is_listed_with_its_path_and_mend(installation, mistake):
    told = run("add", str(mistake))

    assert told.exit_code == 1
    for problem in mistake.with_suffix(".txt").read_text().splitlines():
        assert f"{mistake}: {problem}" in told.output


def test_files_that_are_good_are_taken_though_another_is_not(installation):
    Path("broken.json").write_text("{\n nothing")

    told = run("add", "broken.json", written())

    assert told.exit_code == 1
    assert "sleep-check: imported" in told.output
    assert "broken.json:2: is no JSON" in told.output
    assert run("list").output.startswith("sleep-check")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"id": "phq-9"}, "'phq-9' is a form that comes with Throughline"),
        ({"id": "x" * 64}, "longer than 63 characters"),
        ({"id": "***"}, "has no id"),
        ({"copyright": "x" * LARGEST_FILE}, "is larger than 1024 KB"),
    ],
)
def test_a_file_that_cannot_have_a_place_is_refused(installation, more, says):
    told = run("add", written(**more))

    assert told.exit_code == 1
    assert says in told.output


def test_one_that_was_never_imported_cannot_be_removed(installation):
    assert "'nothing' was not imported" in run("remove", "nothing").output


def test_a_running_server_shows_the_form_and_writes_what_was_filled_in(installation, browser, ehr):
    ehr.patient, ehr.scope = "ines", f"launch openid fhirUser patient/*.rs {WRITES}"
    fhir = ChartEhr(ehr, *story("ines"))
    chart = opened(launch(browser, ehr))
    assert browser.get(f"{chart}/assess/sleep-check").status_code == 404

    run("add", written(url="https://riverside.example.org/Questionnaire/sleep"))
    page = browser.get(f"{chart}/assess/sleep-check")
    form = blank(browser, chart, "sleep-check") | ANSWERS | {"_mode": "remote"}
    scored = browser.post(f"{chart}/assess/sleep-check/score", data=form, headers=OUR_PAGE)
    saved = browser.post(f"{chart}/assess/sleep-check", data=form, headers=OUR_PAGE)

    assert "Riverside clinic" in page.text
    assert "5 of" in scored.json["says"]
    assert saved.status_code == 303, saved.text
    (answers,) = fhir.written("QuestionnaireResponse")
    assert answers["questionnaire"] == "https://riverside.example.org/Questionnaire/sleep|2"
    assert run("remove", "sleep-check").exit_code == 0
    assert browser.get(f"{chart}/assess/sleep-check").status_code == 404
    assert "saved to the EHR" in browser.get(f"{chart}/").text
