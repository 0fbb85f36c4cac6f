"""A host EHR that takes connections and never answers: a call costs the deadline, and what depends on it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from joserfc.jwk import ECKey

from cds_service.outside.ehr import EhrReader, _Door
from cds_service.outside.registry import HostEhr
from cds_service.wiring import Wiring
from measures.gather import QUERIES
from tests.cds_service.calls import CdsClient, prefetch, problems, view
from tests.cds_service.test_gathering import DIABETIC, SEEN, token


@pytest.fixture
def black_hole(wiring: Wiring, key: ECKey, ehr: CdsClient) -> Iterator[tuple[CdsClient, str]]:
    """The CDS client of such an EHR, and its FHIR base."""
    with socket.create_server(("127.0.0.1", 0)) as hole:
        base = f"http://127.0.0.1:{hole.getsockname()[1]}/fhir"
        client = {"iss": "https://hole.example", "jwks": {"keys": [key.as_dict(private=False)]}}
        wiring.host_ehrs.add(
            HostEhr.model_validate({"name": "hole", "fhir_base": base, "cds_clients": [client]})
        )
        yield CdsClient(ehr.http, ehr.key, "https://hole.example"), base
        wiring.host_ehrs.remove("hole")


def test_what_depends_on_its_answer_is_missing_and_named(black_hole: tuple[CdsClient, str]):
    client, base = black_hole
    given = prefetch(SEEN, DIABETIC) | {"MedicationDispense": None}

    answer = client.post(view(given, fhirServer=base, fhirAuthorization=token()))

    [card] = [card for card in answer.get_json()["cards"] if "A1c" in card["summary"]]
    assert "Incomplete: MedicationDispense (failed)." in card["detail"]


def test_required_data_that_it_holds_is_a_412(black_hole: tuple[CdsClient, str]):
    client, base = black_hole

    answer = client.post(view(None, fhirServer=base, fhirAuthorization=token()))

    assert answer.status_code == 412
    assert "reading it from fhirServer: failed" in problems(answer)


def test_after_three_calls_without_any_answer_it_is_left_alone_and_tried_again_by_one(
    black_hole: tuple[CdsClient, str],
):
    ehr = HostEhr.model_validate({"name": "hole", "fhir_base": black_hole[1]})
    asked = tuple(QUERIES[:2])
    moment = [0.0]

    with closing(EhrReader(monotonic=lambda: moment[0])) as reader:

        def notes() -> tuple[str, ...]:
            return reader.gather(ehr, None, "pat-1", asked, deadline_ms=50).notes

        def was_asked() -> bool:
            return not any("not asked" in note for note in notes())

        assert [was_asked() for _ in range(5)] == [True, True, True, False, False]
        moment[0] = 4.9
        assert not was_asked()
        moment[0] = 5.0
        assert [was_asked() for _ in range(3)] == [True, False, False]


def test_an_answer_begins_the_count_of_silent_calls_anew():
    ehr = HostEhr(name="slow", fhir_base="https://slow.example.org/fhir")
    with closing(_Door(ehr, monotonic=lambda: 0.0)) as door:
        for _ in range(2):
            door.was_silent()
        door.answered(well=True)
        for _ in range(2):
            door.was_silent()
        assert not door.shut
        door.was_silent()
        assert door.shut
