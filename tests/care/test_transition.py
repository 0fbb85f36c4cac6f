"""The transition clock, on both sides of each of its edges."""

import pytest

from measures.gather import State
from smart_app.care.states import Absence
from smart_app.care.transition import Transition, transition
from tests.care.desk import appointment, desk, encounter, stay
from tests.clinic import all_but


def clock(*events, **more) -> Transition:
    found = transition(desk(*events, **more))
    assert isinstance(found, Transition), found
    return found


def follow_up(*events, **more) -> str:
    """What is said of the visit since, or to come; empty without one."""
    found = clock(*events, **more).follow_up
    return found.says if found else ""


def no_clock(*events, **more) -> Absence:
    found = transition(desk(*events, **more))
    assert isinstance(found, Absence), found
    return found


def test_days_count_from_the_discharge_which_is_day_nought():
    assert clock(stay(7, 0)).day == 0
    assert clock(stay(13, 3)).day == 3


def test_a_psychiatric_stay_is_told_with_its_dates():
    found = clock(stay(13, 3, psychiatric=True))

    assert (found.headline, found.stay) == ("Left hospital 3 days ago", "psychiatric, 8–18 Nov")
    assert found.clock == "Day 3 of 7 · 30-day window: 27 days left"
    assert found.days == (True, True, True, False, False, False, False)


def test_the_first_window_closes_after_the_seventh_day():
    assert clock(stay(20, 7)).clock.startswith("Day 7 of 7")
    assert clock(stay(20, 8)).clock == "7-day window closed · day 8 of 30: 22 days left"


def test_the_clock_stops_after_thirty_days():
    assert clock(stay(40, 30)).clock.endswith("0 days left")
    assert no_clock(stay(40, 31)).state == "none found"


def test_the_latest_discharge_counts():
    assert clock(stay(28, 20), stay(9, 4)).day == 4


def test_an_ed_visit_is_no_discharge_from_hospital():
    assert no_clock(encounter("EMER", 3, 3)).says == "No hospital discharge in the last 30 days."


def test_who_is_still_in_hospital_has_no_clock_running():
    found = clock(stay(4, None, psychiatric=True))

    assert (found.headline, found.day) == ("In hospital since 17 Nov", None)


def test_a_visit_on_a_later_day_is_the_follow_up_but_not_one_on_the_day_itself():
    assert follow_up(stay(13, 3), encounter("AMB", 3, 3)) == ""
    assert follow_up(stay(13, 3), encounter("AMB", 2, 2)) == "Seen 19 Nov: Visit"


def test_after_a_psychiatric_stay_only_a_mental_health_visit_is_the_follow_up():
    away = stay(13, 3, psychiatric=True)
    seen = clock(away, encounter("AMB", 2, 2))

    assert seen.nobody_yet == "Seen since, but no mental health visit on record; none booked."
    therapy = encounter("AMB", 1, 1, what="Behavioral health visit")
    assert follow_up(away, therapy) == "Seen 20 Nov: Behavioral health visit"


def test_the_diagnosis_of_a_visit_makes_it_psychiatric():
    reason = [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F33.2"}]}]

    assert clock(stay(13, 3, reasonCode=reason)).psychiatric
    assert not clock(stay(13, 3, reasonCode=[{"coding": [{"code": "F33.2"}]}])).psychiatric


def test_a_booked_visit_is_told_and_nothing_booked_as_well():
    assert follow_up(stay(13, 3), booked=(appointment(4),)) == "Booked 25 Nov: Follow-up"
    assert clock(stay(13, 3)).nobody_yet == "No visit since on record; none booked."


def test_nothing_booked_is_not_said_when_appointments_were_not_read():
    found = clock(stay(13, 3), gathered=all_but("Appointment"))

    assert found.nobody_yet == "No visit since on record; appointments were not read."


def test_without_encounters_the_clock_says_so_instead_of_none():
    assert no_clock(gathered=all_but("Encounter", state=State.NOT_PERMITTED)).state == "not permitted"


@pytest.mark.parametrize("class_", ["IMP", "ACUTE", "NONAC", "inpatient"])
def test_every_way_of_writing_inpatient_counts(class_):
    assert clock(encounter(class_, 13, 3)).day == 3
