"""The orders a risk that rose bears on: sedatives, and large supplies of what kills in overdose."""

import pytest

from measures.orders.bearing import bearing_on_risk
from measures.orders.drafts import read_drafts
from measures.orders.medicines import (
    BARBITURATES,
    BENZODIAZEPINES,
    LITHIUM,
    NSAIDS,
    OPIOIDS,
    SSRI,
    TRICYCLICS,
    Z_HYPNOTICS,
)
from measures.shared.suicide_risk import CSSRS, HIGH
from tests.clinic import all_but, chart, observed
from tests.measures.orders.signing import TODAY, bundle, draft_for
from tests.measures.suicide_care import LOW

HIGH_RISK = chart(observed(CSSRS[0], "2026-11-20", value=HIGH))


def bearing(record, *drafts):
    return [order.id for order in bearing_on_risk(record, read_drafts(bundle(*drafts), record, TODAY), TODAY)]


def lasting(days):
    return {"dispenseRequest": {"expectedSupplyDuration": {"value": days, "code": "d"}}}


@pytest.mark.parametrize("medicine", [BENZODIAZEPINES, Z_HYPNOTICS, BARBITURATES, OPIOIDS])
def test_it_bears_on_every_sedative(medicine):
    assert bearing(chart(), draft_for(medicine, id="a"), draft_for(NSAIDS), draft_for(SSRI)) == ["a"]


def test_it_does_not_bear_on_a_sedative_that_is_being_stopped():
    assert bearing(chart(), draft_for(BENZODIAZEPINES, status="stopped")) == []


@pytest.mark.parametrize("medicine", [TRICYCLICS, LITHIUM])
@pytest.mark.parametrize(("days", "bears"), [(14, False), (15, True)])
def test_with_a_high_suicide_risk_it_bears_on_a_large_supply(medicine, days, bears):
    assert bool(bearing(HIGH_RISK, draft_for(medicine, **lasting(days)))) is bears


def test_refills_are_not_at_home_yet():
    supply = {"dispenseRequest": lasting(14)["dispenseRequest"] | {"numberOfRepeatsAllowed": 5}}

    assert bearing(HIGH_RISK, draft_for(TRICYCLICS, **supply)) == []


@pytest.mark.parametrize(
    "record",
    [
        chart(),
        chart(observed(CSSRS[0], "2026-11-20", value=LOW)),
        chart(observed(CSSRS[0], "2026-08-25", value=HIGH)),
        chart(gathered=all_but("Observation")),
    ],
    ids=["never asked", "low", "high 91 days ago", "not known"],
)
def test_without_a_high_suicide_risk_it_bears_on_no_tricyclic(record):
    assert bearing(record, draft_for(TRICYCLICS, **lasting(90))) == []


def test_a_supply_of_unknown_length_is_not_called_large():
    assert bearing(HIGH_RISK, draft_for(LITHIUM)) == []
