"""A call is answered on the calendar day at its host EHR, and a moment counts on the day it was there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import time_machine
from joserfc.jwk import ECKey

from cds_service.answering import Parts
from cds_service.outside.registry import HostEhr
from cds_service.wiring import Wiring, offered
from measures.library.cms122_glycemic_status import A1C, DIABETES
from measures.shared.visits import OFFICE
from tests.cds_service.calls import CdsClient, of_measure
from tests.cds_service.conftest import client_of, served
from tests.clinic import diagnosed, observed, visit

AT_TEN = datetime.fromisoformat("2026-12-31T22:00:00-07:00")
"""In the evening in Denver; UTC says that it is 2027."""
AT_SEVEN, AT_EIGHT = "2026-12-31T19:00:00-07:00", "2026-12-31T20:00:00-07:00"

Clinic = Callable[[str], CdsClient]


@pytest.fixture
def clinic_in(wiring: Wiring, parts: Parts, riverside: HostEhr, key: ECKey) -> Iterator[Clinic]:
    """The service as a clinic of this time zone calls it."""

    def placed(time_zone: str) -> CdsClient:
        wiring.host_ehrs.add(riverside.model_copy(update={"time_zone": time_zone}))
        services = offered(replace(parts, today=HostEhr.today))
        return client_of(served(replace(wiring, services=services)), key)

    yield placed
    wiring.host_ehrs.add(riverside)


@pytest.mark.parametrize(
    ("time_zone", "summary"),
    [
        ("America/Denver", "A1c 10.1 % on 31 Dec 2026; above 9 %"),
        ("UTC", "A1c 10.1 % on 1 Jan 2027; above 9 %"),
    ],
)
def test_the_year_and_a_results_day_turn_at_midnight_of_the_clinic(
    clinic_in: Clinic, time_zone: str, summary: str
):
    record = [
        diagnosed(DIABETES, "2020-01-01", category="encounter-diagnosis"),
        visit(OFFICE, AT_SEVEN),
        observed(A1C, AT_EIGHT, value=10.1, unit="%"),
    ]
    clinic = clinic_in(time_zone)
    with time_machine.travel(AT_TEN, tick=False):
        [card] = of_measure(clinic.cards(*record), "CMS122")

    assert card["summary"] == summary
    assert f"Period {summary.split()[6].rstrip(';')}-01-01" in card["detail"]
