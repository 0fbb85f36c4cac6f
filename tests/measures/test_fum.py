"""FUM: which emergency visits for mental illness are followed up."""

import pytest

from measures.library.fum_emergency_mental_illness import MEASURE as FUM
from measures.shared.mental_health import MENTAL_ILLNESS
from measures.shared.settings_of_care import EMERGENCY
from measures.shared.visits import OFFICE
from tests.clinic import chart
from tests.measures.follow_ups import encounter, start
from tests.measures.in_2026 import OPEN, OUT, YEAR, statuses


@pytest.mark.parametrize(("born", "status"), [("2020-05-10", OPEN), ("2020-05-11", OUT)])
def test_six_on_that_day(born, status):
    assert statuses(FUM, start(FUM, "2026-05-10"), born=born) == [status, status]


@pytest.mark.parametrize(("second", "counted"), [("2026-06-09", 1), ("2026-06-10", 2)])
def test_of_two_emergency_visits_within_31_days_the_first_counts(second, counted):
    result = FUM.evaluate(chart(start(FUM, "2026-05-10"), start(FUM, second)), YEAR)

    assert result.groups[0].populations["denominator"] == counted


def test_an_emergency_visit_for_something_else_is_out():
    assert statuses(FUM, encounter(EMERGENCY, "2026-05-10", because=OFFICE)) == [OUT, OUT]


def test_an_emergency_visit_is_told_by_its_class_too():
    visited = encounter(OFFICE, "2026-05-10", because=MENTAL_ILLNESS, **{"class": {"code": "EMER"}})

    assert statuses(FUM, visited) == [OPEN, OPEN]
