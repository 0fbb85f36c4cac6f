"""`throughline risk` where it changes what people see: refresh, worklist, configure, model, on and off."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_service.risk_policy import FILE
from measures.risk.model import write_model
from tests.risk.models import in_shadow, promotable
from tests.smart_app.risk_product import installed, refresh, run, stored


@pytest.fixture
def folder(working_folder) -> Path:
    return installed(working_folder)


def test_a_refresh_scores_everybody_and_lists_a_tenth(folder):
    said = refresh()

    assert said.exit_code == 0, said.output
    assert "riverside: 40 patients scored as of 2026-06-01 by expert points" in said.output
    listed, points = stored()
    assert listed == ("p02", "p05", "p08", "p11")
    assert len(points) == 40


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("Encounter.ndjson.gz", b"no gzip", "Encounter.ndjson.gz:0: the gzip is cut or damaged"),
        ("all.ndjson", b"{broken", "no Patient of this export can be read"),
    ],
)
def test_an_export_that_cannot_be_used_ends_the_refresh_and_changes_nothing(folder, file, content, says):
    refresh()
    before = stored()
    (folder / "export" / file).write_bytes(content)

    said = refresh()

    assert said.exit_code == 1
    assert says in said.output
    assert stored() == before


def test_what_a_part_2_programme_disclosed_is_in_no_score_and_moves_nobody(folder):
    refresh()
    listed, points = stored()

    assert points["p07"] == points["p04"] == points["p10"]
    assert "p07" not in listed


def test_the_list_is_written_as_a_table(folder):
    refresh()

    said = run("risk", "worklist", "--ehr", "riverside", "--out", "list.csv")

    assert said.exit_code == 0, said.output
    lines = (folder / "list.csv").read_text().splitlines()
    assert lines[0].startswith("place,patient_id,name")
    assert [line.split(",")[1] for line in lines[1:]] == ["p02", "p05", "p08", "p11"]


def test_the_list_is_printed_where_no_file_is_asked_for(folder):
    refresh()

    said = run("risk", "worklist", "--ehr", "riverside")

    assert said.exit_code == 0, said.output
    assert [line.split()[:2] for line in said.output.splitlines()] == [
        ["1", "p02"], ["2", "p05"], ["3", "p08"], ["4", "p11"]
    ]  # fmt: skip
    assert " points, " in said.output


def test_a_dry_run_tells_who_enters_and_who_leaves_and_changes_nothing(folder):
    refresh()
    half = FILE.read_text().replace("panel_percent: 10 ", "panel_percent: 5 ")
    (folder / "half.yaml").write_text(half)
    (folder / "housing.yaml").write_text(
        half.replace("points: []", "points: [{feature: housing, from: 1, points: 90}]")
    )

    fewer = run("risk", "worklist", "--ehr", "riverside", "--config", "half.yaml", "--dry-run")
    lacking = run("risk", "worklist", "--ehr", "riverside", "--config", "housing.yaml", "--dry-run")
    other = run(
        "risk",
        "worklist",
        "--ehr",
        "riverside",
        "--config",
        "housing.yaml",
        "--dry-run",
        "--ndjson",
        "export",
    )

    assert "0 enter, 2 leave, 2 stay" in fewer.output
    assert "  leaves p08\n  leaves p11" in fewer.output
    assert lacking.exit_code == 2
    assert "--ndjson DIR" in lacking.output
    assert "  enters p09" in other.output
    assert stored()[0] == ("p02", "p05", "p08", "p11")


def test_a_file_with_mistakes_is_not_released_and_a_good_one_is(folder):
    (folder / "bad.yaml").write_text('version: "2"\nhorizn: 30\n')
    (folder / "good.yaml").write_text(FILE.read_text().replace('version: "1"', 'version: "2"'))

    bad = run("risk", "configure", "bad.yaml", "--by", "quinn")
    stranger = run("risk", "configure", "good.yaml", "--by", "ann")
    good = run("risk", "configure", "good.yaml", "--by", "quinn")

    assert "bad.yaml:2: horizn: there is no such key; did you mean 'horizons'?" in bad.output
    assert "ann may not release the risk file" in stranger.output
    assert "saved as number 1 and waits for a second person: throughline risk approve 1" in good.output


def test_a_saved_file_is_put_in_use_by_a_second_person_and_taken_back(folder):
    (folder / "good.yaml").write_text(FILE.read_text().replace('version: "1"', 'version: "2"'))
    run("risk", "configure", "good.yaml", "--by", "quinn")

    alone = run("risk", "approve", "1", "--by", "quinn")
    together = run("risk", "approve", "1", "--by", "quentin")

    assert alone.exit_code == 1
    assert "ask a second person" in alone.output
    assert "It is in use, as number 1" in together.output
    assert "no risk file of number 1 waits" in run("risk", "approve", "1", "--by", "quentin").output
    assert "risk file 1 is in use again" in run("risk", "unconfigure", "--by", "quinn").output
    assert "none before it" in run("risk", "unconfigure", "--by", "quinn").output


def test_a_model_is_added_promoted_by_a_person_and_rolled_back(folder):
    write_model(in_shadow(), folder / "shadow.json")
    write_model(promotable(), folder / "good.json")

    assert "shadow" in run("risk", "model", "add", "shadow.json", "--by", "ann").output
    refused = run("risk", "model", "promote", in_shadow().version, "--by", "ann")
    assert refused.exit_code == 1
    assert "may not be promoted: in shadow" in refused.output
    assert "no staff account 'zoe'" in run("risk", "model", "add", "good.json", "--by", "zoe").output
    run("risk", "model", "add", "good.json", "--by", "ann")
    assert "is in use" in run("risk", "model", "promote", promotable().version, "--by", "ann").output
    assert f"live     since {'20'}" in run("risk", "model", "list").output
    assert "by " in refresh().output
    assert "in use: expert points" in run("risk", "rollback", "--by", "ann").output


def test_the_switch_stops_a_refresh_until_it_is_on_again(folder):
    assert "risk is off" in run("risk", "off", "--by", "ann").output
    off = refresh()
    assert off.exit_code == 1
    assert "risk is switched off; turn it on: throughline risk on --by NAME" in off.output
    run("risk", "on", "--by", "quinn")
    assert refresh().exit_code == 0


def test_a_refresh_says_how_the_model_is_doing_and_watch_tells_more(folder):
    write_model(promotable(), folder / "good.json")
    run("risk", "model", "add", "good.json", "--by", "ann")
    run("risk", "model", "promote", promotable().version, "--by", "ann")

    refreshed = refresh()
    told = run("risk", "watch", "--ehr", "riverside")
    points = run("risk", "watch", "--ehr", "riverside", "--model", "nothing")

    assert "watch: Too few patients to tell." in refreshed.output
    assert told.exit_code == 0, told.output
    assert f"riverside, acute-logistic {promotable().hash}" in told.output
    assert "40 patients scored as of 1 Jun 2026." in told.output
    assert "fewer than 200 patients" in told.output
    assert points.exit_code == 1
    assert "no model begins with 'nothing'" in points.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("refresh", "--ehr", "lakeside", "--ndjson", "export"), "there is no host EHR 'lakeside'"),
        (("refresh", "--ehr", "riverside", "--ndjson", "export", "--as-of", "2999-01-01"), "a day to come"),
        (("worklist", "--ehr", "riverside", "--dry-run", "--out", "list.csv"), "--out FILE.csv"),
        (("worklist", "--ehr", "riverside", "--config", "riverside.yaml"), "--dry-run"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_mend(folder, arguments, says):
    said = run("risk", *arguments)

    assert said.exit_code == 2
    assert says in said.output


@pytest.mark.parametrize(
    ("command", "roles"),
    [("off", "admin, quality, analyst"), ("rollback", "analyst"), ("approve", "quality")],
)
def test_who_may_give_an_order_stands_in_its_help(command, roles):
    told = " ".join(run("risk", command, "--help").output.split())

    assert f"Needs one of the roles {roles}" in told
