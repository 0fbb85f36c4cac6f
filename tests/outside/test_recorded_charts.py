"""Charts without the person: one for each patient, so many at each host EHR, sealed, and gone when told."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from cds_service.outside.recorded_charts import RecordedCharts
from cds_service.outside.tables.recorded_charts import RecordedChartRow
from cds_service.outside.vault import Vault

VIEW, SIGN = "throughline-patient-view", "throughline-order-sign"


@pytest.fixture
def store(database, vault) -> RecordedCharts:
    return RecordedCharts(database, vault, most=3)


def test_the_newest_chart_of_a_patient_takes_the_place_of_the_earlier_one(store):
    store.keep("riverside", VIEW, "p-1", b"old")
    store.keep("riverside", VIEW, "p-2", b"another")
    store.keep("riverside", VIEW, "p-1", b"new")

    assert list(store.all("riverside", VIEW)) == [b"new", b"another"]
    assert store.counts("riverside") == {VIEW: 2}


def test_of_too_many_patients_the_oldest_go(store):
    for number in range(3):
        store.keep("riverside", VIEW, f"p-{number}", b"%d" % number)
    assert list(store.all("riverside", VIEW)) == [b"2", b"1", b"0"]

    store.keep("riverside", VIEW, "p-3", b"3")

    assert list(store.all("riverside", VIEW)) == [b"3", b"2", b"1"]


def test_a_patient_who_comes_often_drives_nobody_out(store):
    store.keep("riverside", VIEW, "p-0", b"0")
    for _ in range(5):
        store.keep("riverside", VIEW, "p-1", b"1")

    assert list(store.all("riverside", VIEW)) == [b"1", b"0"]


def test_another_host_ehr_sees_and_loses_nothing(store):
    store.keep("lakeside", VIEW, "p-1", b"lake")
    for number in range(4):
        store.keep("riverside", VIEW, f"p-{number}", b"river")

    assert list(store.all("lakeside", VIEW)) == [b"lake"]


def test_nothing_is_kept_where_nothing_is_to_be(database, vault):
    store = RecordedCharts(database, vault, most=0)
    store.keep("riverside", VIEW, "p-1", b"chart")

    assert store.counts("riverside") == {}


def test_what_is_forgotten_is_gone(store):
    store.keep("riverside", VIEW, "p-1", b"chart")
    store.forget()

    assert list(store.all("riverside", VIEW)) == []


def test_charts_are_read_one_at_a_time_and_what_went_meanwhile_is_not_told(store):
    for number in range(3):
        store.keep("riverside", VIEW, f"p-{number}", b"%d" % number)
    charts = store.all("riverside", VIEW)

    assert next(charts) == b"2"
    store.forget()
    assert list(charts) == []


def test_a_chart_is_sealed_and_bound_to_its_patient(store, database, vault):
    store.keep("riverside", VIEW, "p-1", b"canary-chart")
    store.keep("riverside", VIEW, "p-2", b"another")

    with database.reading() as connection:
        row = RecordedChartRow.__table__
        sealed = connection.execute(select(row.c.sealed).where(row.c.pseudonym == "p-1")).scalar_one()
    assert "canary" not in sealed
    with database.transaction() as connection:
        moved = update(RecordedChartRow).where(row.c.pseudonym == "p-2").values(sealed=sealed)
        connection.execute(moved)
    assert list(store.all("riverside", VIEW)) == [b"canary-chart"]


def test_a_chart_sealed_with_another_secret_key_is_passed_over(store, database):
    store.keep("riverside", VIEW, "p-1", b"chart")

    another = RecordedCharts(database, Vault("quite another secret, long enough"), most=3)

    assert list(another.all("riverside", VIEW)) == []


def test_each_service_keeps_so_many_of_its_own(store):
    store.keep("riverside", SIGN, "p-0", b"signed")
    for number in range(4):
        store.keep("riverside", VIEW, f"p-{number}", b"opened")

    assert store.counts("riverside") == {SIGN: 1, VIEW: 3}
    assert list(store.all("riverside", SIGN)) == [b"signed"]
