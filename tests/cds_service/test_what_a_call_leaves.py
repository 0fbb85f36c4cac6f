"""What a call leaves behind in the process: nothing of the patient."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from cds_service.wiring import Wiring
from measures.orders.medicines import BENZODIAZEPINES
from measures.record import PatientRecord
from tests.cds_service.calls import ORDER_SIGN, SERVICE, CdsClient, Json, prefetch, signing, view
from tests.cds_service.test_risk_in_calls import RISING
from tests.cds_service.test_risk_in_calls import scoring as scoring
from tests.measures.orders.signing import draft_for

SEDATIVE = draft_for(BENZODIAZEPINES, "Lorazepam 1 mg")  # at signing, the risk is read for what it bears on


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Only reference counts free anything."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize(
    ("path", "body"),
    [(SERVICE, view(prefetch(*RISING))), (ORDER_SIGN, signing(prefetch(*RISING), SEDATIVE))],
    ids=["patient-view", "order-sign"],
)
def test_the_record_of_a_call_is_freed_with_its_answer_and_needs_no_collector(
    scoring: Wiring, ehr: CdsClient, path: str, body: Json
):
    before = records()

    assert ehr.post(body, path).status_code == 200

    assert scoring.risk.scores.latest("riverside", "pat-1") is not None  # made from the record of this call
    assert records() == before


def records() -> int:
    return sum(1 for one in gc.get_objects() if type(one) is PatientRecord)
