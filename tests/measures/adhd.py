"""A child on a medicine for ADHD, for the tests of CMS136. The first prescription is of 1 January 2025."""

from datetime import date, timedelta

from measures.library.cms136_adhd_follow_up import MEASURE, METHYLPHENIDATE
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.clinic import chart, prescribed, visit

YEAR = Period.year(2025)
FIRST_DAY = date(2025, 1, 1)
SEEN = visit(OFFICE, "2025-01-01")


def after(days):
    """The day so many days after the first prescription."""
    return (FIRST_DAY + timedelta(days=days)).isoformat()


def medicine(days, supply, name=METHYLPHENIDATE, **more):
    return prescribed(name, after(days), supply, **more)


def follow_up(days, kind=OFFICE, **more):
    return visit(kind, after(days), **more)


FIRST = medicine(0, 30)
LONG = medicine(0, 210)


def evaluate(*events, born="2016-05-01", as_of=None, **more):
    return MEASURE.evaluate(chart(*events, born=born, **more), YEAR, as_of)


def counts(result, population="numerator"):
    return tuple(group.populations[population] for group in result.groups)
