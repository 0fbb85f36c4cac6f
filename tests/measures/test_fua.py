"""FUA: which emergency visits for substance use are followed up, and by what."""

import pytest

from measures.library.fua_emergency_substance_use import MEASURE as FUA
from measures.shared.settings_of_care import EMERGENCY
from measures.shared.substance_use import (
    LONG_ACTING_GIVEN,
    OVERDOSE,
    SHORT_ACTING,
    SUBSTANCE_USE_DISORDER,
)
from measures.shared.visits import OFFICE
from tests.clinic import chart, dispensed, performed, prescribed
from tests.measures.follow_ups import encounter, start
from tests.measures.in_2026 import CLOSED, OPEN, OUT, YEAR, statuses


@pytest.mark.parametrize(("born", "status"), [("2013-05-10", OPEN), ("2013-05-11", OUT)])
def test_thirteen_on_that_day(born, status):
    assert statuses(FUA, start(FUA, "2026-05-10"), born=born) == [status, status]


@pytest.mark.parametrize(("second", "counted"), [("2026-06-09", 1), ("2026-06-10", 2)])
def test_of_two_emergency_visits_within_31_days_the_first_counts(second, counted):
    result = FUA.evaluate(chart(start(FUA, "2026-05-10"), start(FUA, second)), YEAR)

    assert result.groups[0].populations["denominator"] == counted


def test_an_emergency_visit_for_something_else_is_out():
    assert statuses(FUA, encounter(EMERGENCY, "2026-05-10", because=OFFICE)) == [OUT, OUT]


def test_an_overdose_is_followed_up_too():
    assert statuses(FUA, encounter(EMERGENCY, "2026-05-10", because=OVERDOSE)) == [OPEN, OPEN]


@pytest.mark.parametrize(
    "care",
    [
        dispensed(SHORT_ACTING, "2026-05-12", 7),
        prescribed(SHORT_ACTING, "2026-05-12", 7),
        performed(LONG_ACTING_GIVEN, "2026-05-12"),
        encounter(OFFICE, "2026-05-12", because=SUBSTANCE_USE_DISORDER),
    ],
    ids=["dispensed", "ordered", "given", "seen at the office"],
)
def test_medicine_and_services_for_substance_use_count(care):
    assert statuses(FUA, start(FUA, "2026-05-10"), care) == [CLOSED, CLOSED]
