"""Follow-up visits after leaving a hospital or an emergency department, in calendar days from that day.

A stay counts in the year in which all its 30 days lie: from 1 January to 1 December. Later ones, and those of
the December before, have a prospective gap while their days run.
"""

from datetime import timedelta

from measures.criteria import Criterion, episode_criterion
from measures.event import Event
from measures.events import Events, RecordCannotSay, careful
from measures.shared.settings_of_care import for_any, hospital_stays, outpatient_contacts, says_not_what_for
from measures.time import Instant, Period, at_or_before, days_apart, days_between, within

LONGEST = 30  # days


def with_days_running(period):
    """The days of leaving for which follow-up may still be due in the period."""
    return Period(period.start - timedelta(days=LONGEST), period.end)


def counted_days(period):
    """The days of leaving that count in the period: all 30 days of follow-up lie in it."""
    return Period(period.start, period.end - timedelta(days=LONGEST))


@episode_criterion("left from 1 January to 1 December of the year")
def counted(_patient, period, left):
    return within(left.end, counted_days(period).interval)


@episode_criterion("in hospital within 30 days")
def admitted(patient, period, left):
    return hospital_stays(patient, period).where(lambda stay: days_between(left.end, stay.start, 0, LONGEST))


@episode_criterion("died within 30 days")
def died(patient, _period, left):
    if patient.died is None:
        return False
    end = left.end.by_day()
    return at_or_before(patient.died.by_day(), Instant(end.earliest + LONGEST, end.latest + LONGEST))


def follow_up_visits(patient, period, kinds, disorders):
    """Outpatient contacts that treat one of the disorders: by their kind, a reason or a diagnosis.

    One that gives neither reason nor diagnosis may have: of it the record cannot say.
    """
    contacts = outpatient_contacts(patient, period)
    by_kind = contacts.related(patient.encounters(*kinds), lambda one, other: one is other)
    silent = contacts.where(lambda one: None if says_not_what_for(one) else False)
    return by_kind + for_any(patient, contacts, *disorders) + patient.procedures(*kinds) + silent


def said(found):
    """The same; where only contacts that do not say what for could count, RecordCannotSay names them."""
    silent = [one for one in found.maybe if one.kind == "Encounter" and careful(says_not_what_for)(one)]
    if silent and not found.sure and not found.unread and len(silent) == len(found.maybe):
        named = ", ".join(f"{one.reference} {one.on_date}" for one in silent)
        raise RecordCannotSay(f"a contact that does not say what it was for: {named}")
    return found


def seen_within(days, episodes, visits, *, do, same_day=False):
    """The criterion of a visit up to so many days after leaving, the day of leaving counted or not."""
    first = 0 if same_day else 1

    def test(patient, period, left):
        return said(visits(patient, period).where(lambda one: days_between(left.end, one.start, first, days)))

    def nearest(patient, period):
        return Events(visits(patient, period).sure).latest()

    def why_not(visit, patient, period):
        apart = [days_apart(left.end, visit.start) for left in episodes(patient, period).sure]
        after = [gap for gap in apart if gap is not None and gap >= first]
        if not after:
            return "on the day of leaving" if 0 in apart else "before leaving"
        return f"{min(after)} days after leaving; limit {days}" if min(after) > days else ""

    day = "the day itself included" if same_day else "the day itself not"
    says = f"a follow-up visit within {days} days of leaving, {day}"
    return Criterion(f"seen_within_{days}_days", says, test, True, nearest, why_not, do)


def due_after(days):
    """The deadline so many days after the end of the episode."""

    def deadline(found):
        left = found.episode.end_day if found.episode else None
        return left + timedelta(days=days) if left else None

    return deadline


def first_in_31_days(visits):
    """Of several within 31 days of each other only the first."""
    kept: list[Event] = []
    for visit in sorted(visits.sure, key=lambda one: one.end.earliest):
        gap = days_apart(kept[-1].end, visit.end) if kept else None
        if gap is None or gap > LONGEST:
            kept.append(visit)
    return Events(kept, visits.maybe, visits.unread)
