"""A changed rule tried on the charts that calls brought, on its page and from the command line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from flask import Flask

from cds_service.recording import RecordedChart, recorded
from cds_service.wiring import wire
from smart_app.cli import throughline
from tests.conftest import SECRET
from tests.staff.browsing import StaffBrowser, audited
from tests.staff.sandbox.calling import call, ended, request_of

RULE = "a1c-above-9"
PAGE = f"/staff/rules/{RULE}"
VIEW = "throughline-patient-view"
PEOPLE = ("bram", "juniper", "hestia")


@pytest.fixture
def called(demo: Flask) -> Flask:
    """A demo in which three charts were opened; for one of them the rule fires."""
    for who in PEOPLE:
        call(demo, request_of(who))
    return demo


@pytest.fixture
def never(demo: Flask) -> str:
    """The rule, for nobody any more."""
    return ended(demo, RULE)


def charts(demo: Flask) -> list[RecordedChart]:
    return list(recorded(demo.extensions["throughline"].recorded_charts.all("demo", VIEW)))


def tried(tester: StaffBrowser, text: str) -> str:
    tester.send(PAGE, PAGE, text=text)
    return tester.send(f"{PAGE}/try-recorded", PAGE, revision="1", ehr="demo").text


def test_it_tells_for_whom_it_fires_before_and_after_and_lists_them(
    called: Flask, tester: StaffBrowser, never: str
):
    page = tried(tester, never)

    assert "fires for <strong>1 → 0</strong> of 3 patients; 1 removed" in page
    assert "0 with high C-SSRS" in page
    assert "3 patients, as calls of patient-view brought them, each on the day of its call." in page
    assert "Cards per visit" in page
    listed = page.split("Who leaves (1)")[1].split("</details>")[0]
    assert any(chart.patient["id"] in listed for chart in charts(called))
    assert not any(who in listed for who in PEOPLE)
    assert ("staff/quality", "rule-tried", "success") in audited(called)


def test_a_chart_whose_measures_answer_otherwise_now_is_left_out_and_counted(
    called: Flask, tester: StaffBrowser, never: str
):
    parts = called.extensions["throughline"]
    chart = next(one for one in charts(called) if "CMS122" in one.answers)
    changed = vars(chart) | {"answers": {"CMS122": "what it said in another release"}}
    parts.recorded_charts.keep("demo", VIEW, chart.patient["id"], orjson.dumps(changed))

    page = tried(tester, never)

    assert "2 patients, as calls of patient-view brought them" in page
    assert "1 left out: their measures answer otherwise than in the call" in page


def test_the_page_says_how_many_there_are_and_what_to_do_without_any(
    demo: Flask, tester: StaffBrowser, never: str
):
    tester.send(PAGE, PAGE, text=never)
    assert "None is recorded yet" in tester.get(f"{PAGE}/try").text

    call(demo, request_of())

    assert "demo (1 patient-view)" in tester.get(f"{PAGE}/try").text


def test_what_was_recorded_goes_when_recording_is_switched_off(called: Flask):
    parts = called.extensions["throughline"]
    assert parts.recorded_charts.counts("demo") == {VIEW: len(PEOPLE)}

    with closing(wire(parts.settings.model_copy(update={"record_charts": 0}))) as off:
        assert off.recorded_charts.counts("demo") == {}
        assert not off.recorded_charts.keeps


def test_the_command_line_says_the_same(
    called: Flask, never: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url = called.extensions["throughline"].settings.database_url
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", url)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", SECRET)
    changed = tmp_path / "changed.yaml"
    changed.write_text(never)

    def dry_run(*arguments: str) -> str:
        return CliRunner().invoke(throughline, ["rules", "dry-run", str(changed), *arguments]).output

    told = dry_run("--recorded", "--ehr", "demo", "--patients")
    assert told.startswith("3 patients, as calls of patient-view brought them, each on the day of its call\n")
    says = f"{RULE}: fires for 1 -> 0 patients; 1 removed, 0 with high C-SSRS; 0 added"
    assert says in told
    assert f"{RULE} leave at patient-view: " in told
    assert "give --ndjson FOLDER, or --recorded with --ehr" in dry_run()
    assert "give --ndjson FOLDER, or --recorded with --ehr" in dry_run(
        "--recorded", "--ndjson", str(tmp_path)
    )
    assert "--recorded needs --ehr" in dry_run("--recorded")
    called.extensions["throughline"].recorded_charts.forget()
    assert "no chart is recorded at demo; set THROUGHLINE_RECORD_CHARTS" in dry_run(
        "--recorded", "--ehr", "demo"
    )
