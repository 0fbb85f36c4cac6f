"""FUI: which high-intensity care for substance use is followed up."""

import pytest

from measures.library.fui_high_intensity_care import MEASURE as FUI
from measures.shared.hospice import INPATIENT
from measures.shared.substance_use import (
    DETOXIFICATION,
)
from measures.shared.visits import OFFICE
from tests.clinic import chart
from tests.measures.follow_ups import encounter, start
from tests.measures.in_2026 import OPEN, OUT, YEAR, statuses


@pytest.mark.parametrize(("born", "status"), [("2013-05-10", OPEN), ("2013-05-11", OUT)])
def test_thirteen_on_that_day(born, status):
    assert statuses(FUI, start(FUI, "2026-05-10"), born=born) == [status, status]


@pytest.mark.parametrize(("second", "counted"), [("2026-06-09", 1), ("2026-06-10", 2)])
def test_of_two_episodes_within_30_days_the_last_counts(second, counted):
    first = start(FUI, "2026-05-10")
    again = encounter(DETOXIFICATION, second, second)
    populations = FUI.evaluate(chart(first, again), YEAR).groups[0].populations

    assert populations["denominator"] - populations["denominator-exclusion"] == counted


def test_a_stay_for_something_else_is_out():
    assert statuses(FUI, encounter(INPATIENT, "2026-05-01", "2026-05-10", because=OFFICE)) == [OUT, OUT]


def test_withdrawal_management_is_such_care_and_no_follow_up_of_itself():
    assert statuses(FUI, encounter(DETOXIFICATION, "2026-05-01", "2026-05-10")) == [OPEN, OPEN]
