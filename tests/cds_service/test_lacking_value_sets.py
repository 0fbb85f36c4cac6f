"""A measure whose value sets are not loaded is told once, to whoever runs the service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey

from cds_service.answering import Parts
from cds_service.outside import clock
from cds_service.prefetched import PrefetchedCharts
from cds_service.wiring import Wiring, offered
from measures.terminology import Vocabulary
from tests.cds_service.calls import prefetch, view
from tests.cds_service.conftest import client_of, served

NOTHING_LOADED = Vocabulary({}, label="nothing loaded", content_hash="", for_reporting=True)


@pytest.mark.faults_are_expected
def test_each_measure_without_its_value_sets_is_told_once_and_costs_no_answer(
    wiring: Wiring, parts: Parts, key: ECKey, log: list[Any]
):
    none_kept = PrefetchedCharts(0, clock.monotonic)  # one of an earlier test has its value sets
    services = offered(replace(parts, vocabulary=NOTHING_LOADED, prefetched_charts=none_kept))
    ehr = client_of(served(replace(wiring, services=services)), key)

    answers = [ehr.post(view(prefetch())) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    told = [line["measure"] for line in log if line["event"] == "measure lacks value sets; load them"]
    assert "CMS122" in told
    assert len(told) == len(set(told))
