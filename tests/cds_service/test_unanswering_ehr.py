"""A host EHR that takes connections and never answers: a call costs the deadline, and what depends on it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from joserfc.jwk import ECKey

from cds_service.outside.registry import HostEhr
from cds_service.wiring import Wiring
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
