"""The risk of suicide of these days: high by the last C-SSRS, or higher than it was.

Asked of medicines that are dangerous in overdose, by the order checks and by the card of a risk that rose.
"""

from measures.criteria import criterion
from measures.shared.suicide_risk import is_high, is_positive, item_9_answers, risk_level, risk_screens, since
from measures.time import before

DAYS = 90  # that a C-SSRS, or an answer to item 9, says something of today


@criterion("the last C-SSRS of the last 90 days says high risk")
def high_risk(patient, today):
    lately = today.reaching_back(days=DAYS)
    return risk_screens(patient, today).concluding(lately).latest().where(is_high)


@criterion(
    "the last C-SSRS of the last 90 days (or item 9, with no C-SSRS since) is worse than the one before"
)
def risk_rose(patient, today):
    screens = risk_screens(patient, today)
    item_9 = worse_than_before(item_9_answers(patient, today), today, is_positive)
    return worse_than_before(screens, today, risk_level) + item_9.unless(since(item_9, screens))


def worse_than_before(results, today, grade):
    """The last one of these days, where its grade is above that of the one of an earlier day."""
    last = results.concluding(today.reaching_back(days=DAYS)).latest()

    def is_worse(now, then):
        grades = grade(now), grade(then)
        return None if None in grades else grades[0] > grades[1]

    def earlier(one):
        return before(one.start.by_day(), last[0].start.by_day()) if last.sure else None

    return last.related(results.where(earlier).latest(), is_worse)
