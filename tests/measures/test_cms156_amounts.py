"""CMS156: for how long anti-infectives, and how much digoxin and doxepin. (The rest: test_cms156.py)"""

import pytest

from measures.library.cms156_high_risk_medications import (
    ANTIINFECTIVES,
    DIGOXIN,
    DOXEPIN,
)
from measures.measure import GapStatus
from measures.terminology import RXNORM, Code
from tests.clinic import concept, prescribed
from tests.measures.high_risk_medicines import SEEN, counts, evaluate, supplied

ANTIINFECTIVE_DAYS = {
    "91 days": ([supplied(ANTIINFECTIVES, "2025-02-01", 61), supplied(ANTIINFECTIVES, "2025-05-01", 30)], 1),
    "90 days": ([supplied(ANTIINFECTIVES, "2025-02-01", 60), supplied(ANTIINFECTIVES, "2025-05-01", 30)], 0),
    "one order of 91 days": ([supplied(ANTIINFECTIVES, "2025-02-01", 91)], 0),
    "one order of 46 days with a refill": ([supplied(ANTIINFECTIVES, "2025-02-01", 46, refills=1)], 1),
    "one order of 45 days with a refill": ([supplied(ANTIINFECTIVES, "2025-02-01", 45, refills=1)], 0),
}


@pytest.mark.parametrize(("orders", "numerator"), ANTIINFECTIVE_DAYS.values(), ids=ANTIINFECTIVE_DAYS)
def test_antiinfectives_for_more_than_90_days(orders, numerator):
    assert counts(evaluate(SEEN, *orders)) == (numerator, 0, numerator)


def test_antiinfectives_of_unknown_length_may_last_more_than_90_days():
    orders = (prescribed(ANTIINFECTIVES, "2025-02-01"), supplied(ANTIINFECTIVES, "2025-05-01", 30))
    assert evaluate(SEEN, *orders).groups[0].status is GapStatus.UNKNOWN


@pytest.mark.parametrize(("days", "status"), [(30, GapStatus.CLOSED), (31, GapStatus.UNKNOWN)])
def test_antiinfectives_of_no_known_day_may_make_it_more_than_90_days(days, status):
    undated = supplied(ANTIINFECTIVES, None, days)
    orders = (supplied(ANTIINFECTIVES, "2025-02-01", 30, refills=1), undated)
    assert evaluate(SEEN, *orders).groups[0].status is status


def product(of, code):
    """The class's own code and the RxNorm code of a product of it."""
    coding = [*concept(of)["coding"], *concept(Code(RXNORM, code))["coding"]]
    return {"medicationCodeableConcept": {"coding": coding}}


def doses(of, code, quantity, days, unit=None, **more):
    return [
        supplied(of, day, days, quantity, unit=unit, **more) | product(of, code)
        for day in ("2025-02-01", "2025-03-01")
    ]


DOSES = {
    "digoxin 0.25 mg a day": (doses(DIGOXIN, "197606", 30, 30), GapStatus.OPEN),
    "digoxin 0.125 mg a day": (doses(DIGOXIN, "197604", 30, 30), GapStatus.CLOSED),
    "digoxin, a half of 0.25 mg a day": (doses(DIGOXIN, "197606", 15, 30), GapStatus.CLOSED),
    "digoxin 0.126 mg a day": (doses(DIGOXIN, "245273", 61, 30), GapStatus.OPEN),
    "digoxin 2.5 mL of 0.05 mg": (doses(DIGOXIN, "393245", 75, 30, "mL"), GapStatus.CLOSED),
    "digoxin 3 mL of 0.05 mg": (doses(DIGOXIN, "393245", 90, 30, "mL"), GapStatus.OPEN),
    "digoxin, bottles of it": (doses(DIGOXIN, "393245", 2, 30, "bottle"), GapStatus.UNKNOWN),
    "digoxin, no one says how much": (doses(DIGOXIN, "197606", None, 30), GapStatus.UNKNOWN),
    "digoxin, no one says for how long": (doses(DIGOXIN, "197606", 30, None), GapStatus.UNKNOWN),
    "digoxin of a strength not known": (doses(DIGOXIN, "1", 30, 30), GapStatus.UNKNOWN),
    "digoxin 0.125 mg a day, with refills": (doses(DIGOXIN, "197604", 30, 30, refills=3), GapStatus.CLOSED),
    "digoxin 0.25 mg a day, with refills": (doses(DIGOXIN, "197606", 30, 30, refills=3), GapStatus.OPEN),
    "digoxin 0.25 mg once": (doses(DIGOXIN, "197606", 30, 30)[:1], GapStatus.CLOSED),
    "doxepin 6 mg a day": (doses(DOXEPIN, "966793", 30, 30), GapStatus.CLOSED),
    "doxepin twice 3 mg a day": (doses(DOXEPIN, "966787", 60, 30), GapStatus.CLOSED),
    "doxepin 6.5 mg a day": (doses(DOXEPIN, "966787", 65, 30), GapStatus.OPEN),
    "doxepin 10 mg a day": (doses(DOXEPIN, "1000048", 30, 30), GapStatus.OPEN),
    "doxepin 0.6 mL of 10 mg": (doses(DOXEPIN, "1000054", 18, 30, "mL"), GapStatus.CLOSED),
    "doxepin 1 mL of 10 mg": (doses(DOXEPIN, "1000054", 30, 30, "mL"), GapStatus.OPEN),
}


@pytest.mark.parametrize(("orders", "status"), DOSES.values(), ids=DOSES)
def test_digoxin_and_doxepin_count_above_a_dose(orders, status):
    assert evaluate(SEEN, *orders).groups[0].status is status
