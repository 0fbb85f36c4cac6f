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


def test_claims_that_were_loaded_count_in_the_refresh_once(folder):
    refresh()
    before = stored()[1]
    claims = folder / "claims"
    claims.mkdir()
    bills = [
        claim(
            "institutional",
            line(revenue=code("0450")),
            id=f"c{number}",
            patient={"reference": f"Patient/p{number:02}"},
            billablePeriod={"start": ago(days), "end": ago(days)},
            created=ago(days),
        )
        for number, days in ((0, 15), (1, 20))  # the chart tells of p01's visit itself
    ]
    (claims / "eob.ndjson").write_bytes(b"\n".join(map(orjson.dumps, bills)))

    run("panel", "load", "--ehr", "riverside", "--source", "claims", "claims")
    refresh()

    after = stored()[1]
    assert after["p00"] == before["p01"]
    assert after["p01"] == before["p01"]


def test_claims_that_were_loaded_count_in_training_and_scoring_as_every_night(folder):
    bills = [
        claim(
            "institutional",
            line(revenue=code("0450")),
            id=f"c{number}",
            patient={"reference": f"Patient/p{number:02}"},
            billablePeriod={"start": ago(15), "end": ago(15)},
            created=ago(15),
        )
        for number in range(0, 40, 2)
    ]
    (folder / "claims").mkdir()
    (folder / "claims" / "eob.ndjson").write_bytes(b"\n".join(map(orjson.dumps, bills)))
    run("panel", "load", "--ehr", "riverside", "--source", "claims", "claims")
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
        run(
            *("risk", "score", "--ndjson", "export", "--as-of", DAY, "--model", "m.json"),
            *("--out", "s.csv", *more),
        )
        return (folder / "s.csv").read_text()

    assert visits("--ehr", "riverside") > visits() > 0
    assert scored("--ehr", "riverside") != scored()
    assert (
        "there is no host EHR 'lakeside'"
        in run(
            "risk", "score", "--ndjson", "export", "--as-of", DAY, "--out", "s.csv", "--ehr", "lakeside"
        ).output
    )
    assert (
        "--ehr goes with --ndjson"
        in run("risk", "score", "--table", "l.csv", "--out", "s.csv", "--ehr", "riverside").output
    )
