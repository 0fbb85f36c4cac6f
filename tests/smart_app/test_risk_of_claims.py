"""`throughline risk` where claims were loaded: they count once, every night and in training."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from measures.risk.model import read_model
from tests.measures.test_claims import claim, code, line
from tests.risk.charts import ago
from tests.smart_app.risk_product import DAY, installed, refresh, run, stored


@pytest.fixture
def folder(working_folder) -> Path:
    return installed(working_folder)


def load_emergencies(days_ago: dict[int, int]) -> None:
    """Of each of these people a claim of an emergency visit so many days ago, loaded as a panel is."""
    bills = [
        claim(
            "institutional",
            line(revenue=code("0450")),
            id=f"c{number}",
            patient={"reference": f"Patient/p{number:02}"},
            billablePeriod={"start": ago(days), "end": ago(days)},
            created=ago(days),
        )
        for number, days in days_ago.items()
    ]
    claims = Path("claims")
    claims.mkdir()
    (claims / "eob.ndjson").write_bytes(b"\n".join(map(orjson.dumps, bills)))
    done = run("panel", "load", "--ehr", "riverside", "--source", "claims", "claims")
    assert done.exit_code == 0, done.output


def test_claims_that_were_loaded_count_in_the_refresh_once(folder):
    refresh()
    before = stored()[1]

    load_emergencies({0: 15, 1: 20})  # the chart tells of p01's visit itself
    refresh()

    after = stored()[1]
    assert after["p00"] == before["p01"]
    assert after["p01"] == before["p01"]


def test_claims_that_were_loaded_count_in_training_and_scoring_as_every_night(folder):
    load_emergencies(dict.fromkeys(range(0, 40, 2), 15))
    rows = [
        f"p{number:02},{day},0,0,{int(number % 8 > 1)}" for number in range(40) for day in (DAY, "2026-05-25")
    ]
    (folder / "l.csv").write_text("\n".join(["patient_id,index_date,y30,y60,y90", *rows]))

    def visits(*more: str) -> float:
        done = run(
            *("risk", "train", "--ndjson", "export", "--labels", "l.csv", "--model", "logistic"),
            *("--out", "m.json", *more),
        )
        assert done.exit_code == 0, done.output
        model = read_model(folder / "m.json")
        at = [column.id for column in model.columns].index("ed_visits_30d")
        return float(model.fit.linear.means[at])

    def scored(*more: str) -> str:
        done = run(
            *("risk", "score", "--ndjson", "export", "--as-of", DAY, "--model", "m.json"),
            *("--out", "s.csv", *more),
        )
        assert done.exit_code == 0, done.output
        return (folder / "s.csv").read_text()

    assert visits("--ehr", "riverside") > visits() > 0
    assert scored("--ehr", "riverside") != scored()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--ndjson", "export", "--as-of", DAY, "--ehr", "lakeside"), "there is no host EHR 'lakeside'"),
        (("--table", "l.csv", "--ehr", "riverside"), "--ehr goes with --ndjson"),
    ],
)
def test_claims_of_no_host_ehr_and_for_a_table_are_refused(folder, arguments, says):
    (folder / "l.csv").touch()

    said = run("risk", "score", *arguments, "--out", "s.csv")

    assert said.exit_code == 2
    assert says in said.output
