"""The app's own reader against this server over real sockets: every page, and what is not permitted."""

from __future__ import annotations

from datetime import date

import pytest

from cds_service.outside.ehr import EhrReader
from cds_service.outside.registry import HostEhr
from measures.gather import Query, State
from smart_app.demo_ehr import answers
from smart_app.demo_ehr.app import create_demo_ehr
from smart_app.demo_ehr.loading import People
from smart_app.demo_ehr.serving import listen, served
from tests.demo_ehr.small_ehr import APP, KEYS, PUBLIC, Clock, SmallEhr, observation, person

PAGES = 3


@pytest.fixture
def many():
    """A patient with more results than fit on two pages, served on a free port."""
    count = answers.DEFAULT_PAGE * (PAGES - 1) + 1
    results = [observation(f"o{number}", "max", "4548-4", "2026-01-10", 7.0) for number in range(count)]
    people = People({"max": person("max", "Max", "Quill", date(1960, 1, 1), "", *results)}, [])
    sockets = listen(0, both=True)
    origin = f"http://localhost:{sockets[0].getsockname()[1]}"
    clock = Clock()
    ehr = SmallEhr(create_demo_ehr(people, origin, PUBLIC, APP, clock, KEYS), clock)
    with served(ehr.flask, sockets):
        yield ehr, HostEhr(name="demo", fhir_base=f"{origin}/fhir"), count


def gathered(ehr, host, *queries, scope="patient/*.rs"):
    token = ehr.token(scope, "max")["Authorization"].removeprefix("Bearer ")
    reader = EhrReader()
    try:
        return reader.gather(host, token, "max", queries, deadline_ms=10_000)
    finally:
        reader.close()


def test_every_page_is_read(many):
    ehr, host, count = many

    found = gathered(ehr, host, Query("Observation", "Observation", "Observation?patient={patient}"))

    assert found.states["Observation"] is State.GATHERED, found.notes
    assert len(found.resources) == count


def test_what_the_token_does_not_allow_is_not_permitted_rather_than_empty(many):
    ehr, host, _ = many
    queries = [Query(kind, kind, f"{kind}?patient={{patient}}") for kind in ("Condition", "Encounter")]

    found = gathered(ehr, host, *queries, scope="patient/Encounter.rs")

    assert found.states["Condition"] is State.NOT_PERMITTED
    assert found.states["Encounter"] is State.GATHERED
