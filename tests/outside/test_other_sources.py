"""What other sources say of a patient: kept by host EHR, sealed, and replaced as a whole."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from cds_service.outside import other_sources
from cds_service.outside.other_sources import OtherSources
from cds_service.outside.tables.other_sources import OtherResourcesRow
from cds_service.outside.vault import Tampered
from measures.sources import Sourced


@pytest.fixture
def store(database, vault) -> OtherSources:
    return OtherSources(database, vault)


def fact(identity: str) -> dict:
    return {"resourceType": "Encounter", "id": identity, "text": "Ines Tarnwell"}


def ids(found: list[Sourced]) -> list[tuple[str, str]]:
    return [(one.source, one.resource["id"]) for one in found]


def test_every_source_of_a_patient_comes_back_with_its_label(store):
    store.replace("riverside", "hie", [("ines", fact("h1"))])
    loaded = store.replace(
        "riverside", "claims", [("ines", fact("c1")), ("dana", fact("c2")), ("ines", fact("c3"))]
    )

    assert (loaded.patients, loaded.resources) == (2, 3)
    assert ids(store.for_patient("riverside", "ines")) == [("claims", "c1"), ("claims", "c3"), ("hie", "h1")]
    assert [one.source for one in store.loaded("riverside")] == ["claims", "hie"]


def test_the_same_patient_id_at_another_host_ehr_is_another_patient(store):
    store.replace("riverside", "claims", [("ines", fact("c1"))])

    assert store.for_patient("lakeside", "ines") == []
    assert store.loaded("lakeside") == ()


def test_loading_again_replaces_and_nothing_doubles(store, database):
    store.replace("riverside", "claims", [("ines", fact("c1")), ("dana", fact("c2"))])
    store.replace("riverside", "claims", [("ines", fact("c1"))])

    assert ids(store.for_patient("riverside", "ines")) == [("claims", "c1")]
    assert store.for_patient("riverside", "dana") == []
    with database.reading() as connection:
        assert len(connection.execute(select(OtherResourcesRow.part)).all()) == 1


def test_a_loading_that_breaks_off_leaves_what_was_there(store, monkeypatch):
    monkeypatch.setattr(other_sources, "_HELD_AT_ONCE", 1)
    store.replace("riverside", "claims", [("ines", fact("c1"))])

    def breaking():
        yield "ines", fact("c9")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        store.replace("riverside", "claims", breaking())
    assert ids(store.for_patient("riverside", "ines")) == [("claims", "c1")]

    store.replace("riverside", "claims", [("ines", fact("c2"))])
    assert ids(store.for_patient("riverside", "ines")) == [("claims", "c2")]


def test_a_large_loading_is_written_in_portions_and_read_in_order(store, monkeypatch):
    monkeypatch.setattr(other_sources, "_HELD_AT_ONCE", 2)
    store.replace("riverside", "claims", (("ines", fact(f"c{n}")) for n in range(5)))

    assert [identity for _, identity in ids(store.for_patient("riverside", "ines"))] == [
        f"c{n}" for n in range(5)
    ]


def test_what_is_stored_is_sealed_and_bound_to_its_patient(store, database):
    store.replace("riverside", "claims", [("ines", fact("c1"))])
    with database.reading() as connection:
        (sealed,) = connection.execute(select(OtherResourcesRow.sealed)).one()
    with database.transaction() as connection:
        connection.execute(text("UPDATE other_resources SET patient_id = 'dana'"))

    assert "Tarnwell" not in sealed
    with pytest.raises(Tampered):
        store.for_patient("riverside", "dana")


def test_a_source_is_forgotten_whole(store):
    store.replace("riverside", "claims", [("ines", fact("c1"))])

    assert store.forget("riverside", "claims")
    assert store.for_patient("riverside", "ines") == []
    assert not store.forget("riverside", "claims")
