"""DEP-REM-6: Depression at six months. Two rates: remission, and response.

Our own rendering of the public definition (CCBHC DEP-REM-6, after MN Community Measurement): six months
after the first PHQ-9 above 9, give or take 60 days, the last PHQ-9 is below 5 (remission), or at most half
of the first (response). It counts in the year in which those days end; when they end in the next year, it
is prospective.
"""

from datetime import timedelta

from measures.criteria import criterion, once
from measures.events import RecordCannotSay
from measures.measure import Group, Measure
from measures.shared.depression import depression, other_disorder, scores
from measures.shared.hospice import in_hospice
from measures.shared.limits import above, below, points
from measures.shared.own_rendering import STEWARD, VERSION
from measures.time import Period, add_months, at_or_before, before, overlap

LEEWAY = timedelta(days=60)


def days_of_reassessment(first_day):
    six_months_after = add_months(first_day, 6)
    return Period(six_months_after - LEEWAY, six_months_after + LEEWAY)


@once
def index(patient, period):
    """The first PHQ-9 above 9, in depression, whose days of reassessment are not over before the year."""

    def not_over(phq):
        return None if phq.day is None else days_of_reassessment(phq.day).end >= period.start

    high = scores(patient).where(above(9, points))
    high = high.starting_by(period.interval.end).where(not_over)
    return high.related(
        depression(patient), lambda phq, illness: overlap(phq.when.by_day(), illness.when.by_day())
    ).earliest()


@once
def reassessment(patient, period):
    """The days on which the PHQ-9 is due; None without an index. RecordCannotSay when its day is unknown."""
    first_day = index(patient, period).first_day()
    return None if first_day is None else days_of_reassessment(first_day)


@once
def last_reassessed(patient, period):
    window = reassessment(patient, period)
    return scores(patient).starting(window).latest() if window else index(patient, period)


def phq_after_index(patient, period):
    first = index(patient, period)
    return scores(patient).related(first, lambda phq, one: before(one.start, phq.start)).latest()


def not_then(phq, patient, period):
    window = reassessment(patient, period)
    if window is None or phq.day is None:
        return ""
    return f"before {window.start}" if phq.day < window.start else f"after {window.end}"


def halved(phq, first):
    if phq.value is None or first.value is None:
        return None
    return phq.value.no_more_than(first.value.times(1 / 2))


def not_halved(phq, patient, period):
    is_more = all(halved(phq, first) is False for first in index(patient, period).sure)
    return f"{phq.value_text}; {'' if is_more else 'may be '}more than half of the first"


@criterion("a first PHQ-9 above 9, in depression")
def had_high_phq(patient, period):
    return index(patient, period)


@criterion("six months and 60 days after it are over by the end of the year")
def counted(patient, period):
    window = reassessment(patient, period)
    return window is not None and window.end <= period.end


@criterion("12 or older at that PHQ-9")
def old_enough(patient, period):
    return index(patient, period).where(lambda phq: at_or_before(patient.turns(12), phq.start))


@criterion(
    "a PHQ-9 six months after it, give or take 60 days",
    nearest=phq_after_index,
    why_not=not_then,
    do="Repeat the PHQ-9 within 60 days of six months after the first high one",
    order="phq9_order",
)
def reassessed(patient, period):
    return last_reassessed(patient, period)


@criterion(
    "the last PHQ-9 of those days is below 5",
    nearest=last_reassessed,
    why_not=lambda phq, _patient, _period: f"{phq.value_text}; limit 4",
    do="Review the treatment and repeat the PHQ-9: the last one of those days counts",
)
def in_remission(patient, period):
    return last_reassessed(patient, period).where(below(5, points))


@criterion(
    "the last PHQ-9 of those days is at most half of the first",
    nearest=last_reassessed,
    why_not=not_halved,
    do="Review the treatment and repeat the PHQ-9: the last one of those days counts",
)
def responded(patient, period):
    return last_reassessed(patient, period).related(index(patient, period), halved)


def end_of_reassessment(found):
    try:
        window = reassessment(found.record, found.period)
    except RecordCannotSay:
        return None
    return window.end if window else None


def start_of_reassessment(found):
    end = end_of_reassessment(found)
    return end - 2 * LEEWAY if end else None


def group(id, title, numerator):
    return Group(
        id=id,
        title=title,
        initial_population=had_high_phq & old_enough & counted,
        expected=had_high_phq & old_enough,
        exclusions=other_disorder | in_hospice,
        numerator=numerator,
        deadline=end_of_reassessment,
        due_from=start_of_reassessment,
    )


MEASURE = Measure(
    id="DEP-REM-6",
    title="Depression remission or response at six months",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=(
        group("Group_1", "Remission", reassessed & in_remission),
        group("Group_2", "Response", reassessed & responded),
    ),
)
