"""Risk and consent: score, reasons, rank, trend, course and watch do not depend on what may not be seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.vault import Vault
from cds_service.risk import Risk
from measures.gather import QUERIES, Gathered, State
from measures.record import PatientRecord
from measures.risk.model import Model
from measures.risk.outlook import Outlook
from measures.risk.panel import opened
from measures.risk.policy import Policy
from measures.sources import Sourced
from measures.vocabulary import starter_vocabulary
from smart_app.care.risk_of_chart import shown_risk
from smart_app.care.worklist import as_csv, entries
from tests.batch.export import lines, of, person
from tests.conftest import SECRET as KEY
from tests.risk.charts import DAY, PATIENT, chart, emergency, office, ordered, phq9, problem, stay
from tests.risk.models import promotable

LABEL = {"security": [{"code": "42CFRPart2"}]}
GATHERED = {query.kind: State.GATHERED for query in QUERIES}
FORBIDDEN: dict[str, list[dict[str, Any]]] = {
    "a diagnosis": [problem("F11.20", 50)],
    "stays and emergencies": [stay(20, 15), emergency(3), emergency(2)],
    "a PHQ-9 that climbed": [phq9(5, 40), phq9(27, 2)],
    "a medicine that ran out": [ordered("1665701", 90, 14)],
    "a visit, shown elsewhere too": [emergency(30)],
}


@pytest.fixture(params=["points", "model"])
def used(request) -> Model | None:
    return promotable() if request.param == "model" else None


@pytest.fixture
def seen(tmp_path: Path, used: Model | None, sqlite_url_with_tables: str):
    """Everything that is told of a panel after two nights, in a database of its own."""

    def look(name: str, secret: list[dict[str, Any]], others: list[Sourced]) -> list[Any]:
        file = tmp_path / f"{name}.sqlite3"
        file.write_bytes((tmp_path / "throughline.sqlite3").read_bytes())
        folder = tmp_path / name
        folder.mkdir()
        (folder / "all.ndjson").write_bytes(lines(people(secret)))
        with closing(Database(f"sqlite:///{file}")) as database:
            risk = Risk(database, Vault(KEY), AuditLog(database))
            if used is not None:
                two = 'version: "2"\noutcomes: [acute, psychiatric]\n'
                number = risk.policies.save("2", two, author="staff/quinn").number
                risk.policies.approve(number, by="staff/quentin")
                for model in (used, replace(used, outcome="psychiatric")):
                    risk.models.add(model, by="staff/ann")
                    risk.models.promote(model.version, by="staff/ann", outcomes=["acute", "psychiatric"])
            told = {"p07": others}
            for day in (DAY - timedelta(40), DAY):
                with opened(folder, starter_vocabulary(), others=lambda who: told.get(who, [])) as panel:
                    risk.refresh("riverside", panel.records(), day)
            return everything(risk, used)

    return look


def people(secret: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number in range(20):
        identity = f"p{number:02}"
        yield person(identity)
        held = [office(100), phq9(10, 60), *(emergency(30) for _ in range(number % 3))]
        labelled = [one | {"meta": LABEL} for one in secret] if number == 7 else []
        yield from (of(one, identity) for one in (*held, *labelled))


def everything(risk: Risk, used: Model | None) -> list[Any]:
    listed = risk.listed("riverside", DAY)
    outlooks = list(risk.scores.panel("riverside", risk.in_use().key))
    lines = entries(listed.patients, listed.outlooks, listed.owners, risk.policy(), DAY, listed.beside)
    assert used is None or all(line.beside for line in lines)
    charts = []
    for outlook in outlooks:
        record = PatientRecord(person(outlook.score.patient), [], starter_vocabulary())
        charts.append(shown_risk(outlook, Policy(), DAY, risk.course("riverside", record, outlook)))
    watched = risk.watch.told("riverside", risk.in_use().key, used, DAY, 9)
    return [
        [_without_ids(one) for one in outlooks],
        listed.patients,
        as_csv(lines),
        [_unlinked(one) for one in charts],
        watched,
    ]


def _without_ids(outlook: Outlook) -> Outlook:
    """The ids of resources are made anew for each export; of what was seen only how much is compared."""
    reasons = tuple(replace(one, resources=()) for one in outlook.score.reasons)
    return replace(outlook, score=replace(outlook.score, reasons=reasons), seen=str(len(outlook.seen)))


def _unlinked(shown):
    line = shown["risk"]
    assert line is not None
    return replace(line, reasons=tuple(replace(one, source="") for one in line.reasons))


@pytest.mark.parametrize("secret", FORBIDDEN)
def test_nothing_that_is_told_of_a_panel_depends_on_what_may_not_be_shown(seen, secret):
    held = FORBIDDEN[secret]
    claims = [Sourced("claims", of(one | {"id": f"x-{one['id']}", "meta": LABEL}, "p07")) for one in held]

    assert seen("with", held, claims) == seen("without", [], [])


def test_the_same_facts_without_the_label_do_change_it(seen):
    visits = [of(emergency(days) | {"id": f"x-{days}"}, "p07") for days in (3, 2)]
    claims = [Sourced("claims", one) for one in visits]

    assert seen("with", [], claims) != seen("without", [], [])


def test_who_may_not_read_a_type_is_told_the_same_whatever_it_holds(database, vault):
    told = []
    for hidden in ([], [phq9(5, 40), phq9(27, 2)]):
        risk = Risk(database, vault, AuditLog(database))
        host_ehr = f"ehr-{len(hidden)}"
        risk.refresh(host_ehr, [chart(office(400), emergency(30), *hidden)], DAY - timedelta(9))
        risk.refresh(host_ehr, [chart(office(400), emergency(30), *hidden)], DAY)
        states = Gathered({**GATHERED, "Observation": State.NOT_PERMITTED})
        seen = PatientRecord(PATIENT, [office(400), emergency(30)], starter_vocabulary(), gathered=states)
        found = risk.of(host_ehr, seen, DAY)
        assert found is not None
        shown = shown_risk(found, Policy(), DAY, risk.course(host_ehr, seen, found))
        told.append((_without_ids(found), _unlinked(shown)))

    assert told[0] == told[1]
    assert told[0][0].before is None
    assert told[0][1].course is None
