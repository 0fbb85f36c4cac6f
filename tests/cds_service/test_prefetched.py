"""A chart that comes again in a visit is not read again; one that differs in anything is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey
from pytest_httpserver import HTTPServer

from cds_service.answering import Parts
from cds_service.prefetched import KEPT_SECONDS, Brought, PrefetchedChart, PrefetchedCharts
from cds_service.wiring import Wiring, offered
from measures.library.cms122_glycemic_status import A1C
from measures.orders.medicines import LITHIUM
from tests.cds_service.calls import (
    KINDS,
    ORDER_SIGN,
    TODAY,
    CdsClient,
    bundle,
    prefetch,
    problems,
    signing,
    view,
)
from tests.cds_service.conftest import client_of, served
from tests.cds_service.fhir_server import FhirServer, fhir
from tests.clinic import observed
from tests.measures.orders.signing import DIABETIC, draft_for

TESTED = observed(A1C, "2026-05-01", value=7.0)
LARGE = 2**20


@dataclass
class Clock:
    """A stop-watch that a test moves."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


class Lending(PrefetchedCharts):
    """Notes of each chart that was given back whether it had been lent."""

    def __init__(self, most_bytes: int, seconds: Callable[[], float]) -> None:
        super().__init__(most_bytes, seconds)
        self.lent: list[bool] = []
        self._now: PrefetchedChart | None = None

    def lend(self, brought: Brought) -> PrefetchedChart | None:
        self._now = super().lend(brought)
        return self._now

    def give_back(self, brought: Brought, chart: PrefetchedChart) -> None:
        self.lent.append(chart is self._now)
        super().give_back(brought, chart)


@dataclass
class Clinic:
    """Riverside's CDS client, the charts the service keeps of its calls, and the day and time there."""

    client: CdsClient
    charts: Lending
    clock: Clock
    day: date = TODAY

    def cards(self, body: Any, path: str = "/cds-services/throughline-patient-view") -> list[dict[str, Any]]:
        """The cards of a call that went its whole way, without what is new in each."""
        with closing(self.client.post(body, path)) as answer:
            assert answer.status_code == 200, answer.text
            found: list[dict[str, Any]] = answer.get_json()["cards"]
        return [{name: card[name] for name in ("summary", "detail", "indicator", "source")} for card in found]


@pytest.fixture
def opens(wiring: Wiring, parts: Parts, key: ECKey) -> Callable[[int], Clinic]:
    def opened(most_bytes: int = LARGE) -> Clinic:
        charts = Lending(most_bytes, clock := Clock())
        services = offered(replace(parts, prefetched_charts=charts, today=lambda _ehr: made.day))
        made = Clinic(client_of(served(replace(wiring, services=services)), key), charts, clock)
        return made

    return opened


@pytest.fixture
def clinic(opens: Callable[[], Clinic]) -> Clinic:
    return opens()


def test_a_chart_that_comes_again_says_the_same_and_is_not_read_again(clinic: Clinic):
    given = prefetch(*DIABETIC)

    first, second = clinic.cards(view(given)), clinic.cards(view(given))

    assert first == second != []
    assert clinic.charts.lent == [False, True]


def test_the_chart_of_a_view_serves_the_signing(clinic: Clinic):
    given, order = prefetch(*DIABETIC), draft_for(LITHIUM, "Lithium", id="lithium-1")
    alone = clinic.cards(signing(given, order), ORDER_SIGN)

    clinic.cards(view(given))
    after = clinic.cards(signing(given, order), ORDER_SIGN)

    assert clinic.charts.lent == [False, True, True]
    assert after == alone != []


def test_what_was_signed_last_time_is_not_in_the_chart_that_comes_again(clinic: Clinic):
    given, order = prefetch(*DIABETIC), draft_for(LITHIUM, "Lithium", id="lithium-1")
    nothing_ordered = clinic.cards(signing(given), ORDER_SIGN)
    clinic.cards(signing(given, order), ORDER_SIGN)

    assert clinic.cards(signing(given), ORDER_SIGN) == nothing_ordered
    assert clinic.charts.lent == [False, True, True]


def test_a_chart_with_one_result_more_is_read_and_closes_the_gap(clinic: Clinic):
    before = clinic.cards(view(prefetch(*DIABETIC)))

    after = clinic.cards(view(prefetch(*DIABETIC, TESTED)))

    assert any("A1c" in card["summary"] for card in before)
    assert not any("A1c" in card["summary"] for card in after)
    assert clinic.charts.lent == [False, False]


def test_a_chart_of_yesterday_is_read_anew(clinic: Clinic):
    given = view(prefetch(*DIABETIC))
    clinic.cards(given)

    clinic.day += timedelta(days=1)
    clinic.cards(given)

    assert clinic.charts.lent == [False, False]


@pytest.mark.parametrize(
    ("later", "is_lent"),
    [(KEPT_SECONDS - 1, True), (KEPT_SECONDS, False)],
    ids=["within ten minutes", "after ten minutes"],
)
def test_a_chart_is_kept_for_the_length_of_a_visit(clinic: Clinic, later: int, is_lent: bool):
    given = view(prefetch(*DIABETIC))
    clinic.cards(given)

    clinic.clock.seconds += later
    clinic.cards(given)

    assert clinic.charts.lent == [False, is_lent]


def test_another_patient_with_the_same_text_is_refused_as_ever(clinic: Clinic):
    given = prefetch(*DIABETIC)
    clinic.cards(view(given))
    body = view(given)

    answer = clinic.client.post(body | {"context": body["context"] | {"patientId": "pat-2"}})

    assert answer.status_code == 400
    assert "another patient than context.patientId" in problems(answer)
    assert clinic.charts.lent == [False]


def test_a_chart_read_with_a_token_is_never_kept(
    clinic: Clinic, wiring: Wiring, httpserver: HTTPServer, key: ECKey
):
    server = FhirServer(httpserver)
    for kind in KINDS:
        server.answers(kind, fhir(bundle(*(r for r in DIABETIC if r["resourceType"] == kind))))
    wiring.host_ehrs.add(
        server.host_ehr(iss="https://read.example", jwks={"keys": [key.as_dict(private=False)]})
    )
    clinic.client.iss = "https://read.example"
    token = {"access_token": "t-1", "token_type": "Bearer", "expires_in": 300, "subject": "us"}
    given = view(prefetch() | {"Condition": None}, fhirServer=server.base, fhirAuthorization=token)

    first, second = clinic.cards(given), clinic.cards(given)
    wiring.host_ehrs.remove("reading")

    assert clinic.charts.lent == [False, False]
    assert first == second
    assert server.paths() == ["Condition?patient=pat-1"] * 2


def test_with_no_memory_for_charts_each_is_read(opens: Callable[[int], Clinic]):
    clinic, given = opens(0), view(prefetch(*DIABETIC))

    assert clinic.cards(given) == clinic.cards(given)
    assert clinic.charts.lent == [False, False]


def test_a_prefetch_sent_twice_is_refused_though_it_was_seen_before(clinic: Clinic):
    given = view(prefetch(*DIABETIC))
    clinic.cards(given)
    text = orjson.dumps(given["prefetch"])

    answer = clinic.client.post(orjson.dumps(given)[:-1] + b',"prefetch":' + text + b"}")

    assert answer.status_code == 400
    assert "'prefetch' is there twice" in problems(answer)


def test_what_is_wrong_in_a_prefetch_is_told_by_its_place_in_the_body(clinic: Clinic):
    body = orjson.dumps(view({"Patient": "?"}), option=orjson.OPT_INDENT_2).replace(b'"?"', b'"\\ud800"')

    answer = clinic.client.post(body)

    line = body[: body.index(b"\\ud800")].count(b"\n") + 1
    assert answer.status_code == 400
    assert f"at line {line} column" in problems(answer)
