"""Tests ordered again too soon, referrals outside the network, unspecified reasons."""

import pytest

from measures.orders.checks.duplicate_test import CHECK as DUPLICATE
from measures.orders.checks.referral_network import CHECK as NETWORK
from measures.orders.checks.unspecified_diagnosis import ALCOHOL_USE_DISORDER
from measures.orders.checks.unspecified_diagnosis import CHECK as UNSPECIFIED
from measures.orders.drafts import Site, read_drafts
from measures.orders.intervals import USEFUL_INTERVALS
from measures.orders.laboratory import A1C, LDL, LIPID_PANELS, LITHIUM_LEVEL, TSH
from measures.orders.medicines import ANTIPSYCHOTIC, LITHIUM, SSRI
from measures.orders.problems import UNSPECIFIED_DEPRESSION, UNSPECIFIED_SUBSTANCE_USE
from measures.shared.depression import PHQ_9
from measures.terminology import ValueSet
from tests.clinic import all_but, chart, concept, diagnosed, observed, prescribed
from tests.measures.orders.signing import TODAY, bundle, draft_for, draft_test, is_due, judged, told

STATINS = ValueSet("throughline:statins", "Statins")
TESTS = {
    "A1c of 89 days ago": (A1C, [observed(A1C, "2026-08-27", value=6)], True),
    "A1c of 90 days ago": (A1C, [observed(A1C, "2026-08-26", value=6)], False),
    "TSH of 27 days ago": (TSH, [observed(TSH, "2026-10-28", value=2)], True),
    "TSH of 28 days ago": (TSH, [observed(TSH, "2026-10-27", value=2)], False),
    "lipids of 83 days ago": (LIPID_PANELS, [observed(LDL, "2026-09-02", value=90)], True),
    "lipids of 84 days ago": (LIPID_PANELS, [observed(LDL, "2026-09-01", value=90)], False),
    "lipids before an antipsychotic": (
        LIPID_PANELS,
        [observed(LDL, "2026-10-01", value=90), prescribed(ANTIPSYCHOTIC, "2026-10-01")],
        False,
    ),
    "lipids before a statin": (
        LIPID_PANELS,
        [observed(LDL, "2026-10-01", value=90), prescribed(STATINS, "2026-10-01")],
        False,
    ),
    "lipids since an antipsychotic": (
        LIPID_PANELS,
        [observed(LDL, "2026-10-02", value=90), prescribed(ANTIPSYCHOTIC, "2026-10-01")],
        True,
    ),
    "lithium level of 2 days ago": (LITHIUM_LEVEL, [observed(LITHIUM_LEVEL, "2026-11-22", value=0.7)], True),
    "lithium level of 3 days ago": (LITHIUM_LEVEL, [observed(LITHIUM_LEVEL, "2026-11-21", value=0.7)], False),
    "another test": (TSH, [observed(A1C, "2026-11-19", value=6)], False),
    "some day of the month": (A1C, [observed(A1C, "2026-11", value=6)], None),
}


@pytest.mark.parametrize(("ordered", "events", "due"), TESTS.values(), ids=TESTS)
def test_a_test_ordered_again(ordered, events, due):
    assert is_due(DUPLICATE, chart(*events), draft_test(ordered)) is due


PLANNED = {
    "for tomorrow": ({"occurrenceDateTime": "2026-11-25"}, True),
    "for the last day on which it is useful": ({"occurrenceDateTime": "2026-12-29"}, True),
    "for the day after": ({"occurrenceDateTime": "2026-12-30"}, False),
    "for a period from then on": ({"occurrencePeriod": {"start": "2026-12-30"}}, False),
    "for a day that is past": ({"occurrenceDateTime": "2026-10-01"}, True),
    "for some day of a month": ({"occurrenceDateTime": "2026-12"}, None),
    "again and again": (
        {"occurrenceTiming": {"repeat": {"frequency": 1, "period": 3, "periodUnit": "mo"}}},
        None,
    ),
}


@pytest.mark.parametrize(("when", "due"), PLANNED.values(), ids=PLANNED)
def test_a_test_is_too_soon_on_the_day_it_is_planned_for(when, due):
    record = chart(observed(A1C, "2026-10-01", value=6))  # useful for 90 days, the first included

    assert is_due(DUPLICATE, record, draft_test(A1C, **when)) is due


def test_a_medicine_changed_in_the_same_signing_calls_for_the_test():
    record = chart(observed(LITHIUM_LEVEL, "2026-11-20", value=0.7))

    assert is_due(DUPLICATE, record, draft_test(LITHIUM_LEVEL), draft_for(LITHIUM)) is False


def test_without_the_orders_read_nobody_knows_whether_a_medicine_was_changed():
    record = chart(
        observed(LITHIUM_LEVEL, "2026-11-22", value=0.7),
        observed(A1C, "2026-11-20", value=6),
        gathered=all_but("MedicationRequest"),
    )

    assert is_due(DUPLICATE, record, draft_test(LITHIUM_LEVEL)) is None
    assert is_due(DUPLICATE, record, draft_test(A1C)) is True  # no medicine changes it within the interval


def test_the_last_result_is_told():
    order = draft_test(A1C, code=concept(A1C) | {"text": "Hemoglobin A1c"})

    assert told(DUPLICATE, chart(observed(A1C, "2026-10-01", value=6.1)), order) == [
        "Hemoglobin A1c ordered; last 6.1 % on 1 Oct 2026, useful for 90 days"
    ]
    assert is_due(DUPLICATE, chart(gathered=all_but("Observation")), order) is None


VALUELESS = {
    "no value": ({}, False),
    "a reason why there is none": ({"dataAbsentReason": {"text": "hemolysed"}}, False),
    "a text": ({"valueString": "normal"}, True),
    "a panel with its members elsewhere": ({"hasMember": [{"reference": "Observation/1"}]}, True),
}


@pytest.mark.parametrize(("more", "due"), VALUELESS.values(), ids=VALUELESS)
def test_a_result_counts_when_it_tells_something(more, due):
    assert is_due(DUPLICATE, chart(observed(A1C, "2026-10-01", **more)), draft_test(A1C)) is due


def test_a_result_without_a_value_of_its_own_is_told_by_its_date():
    panel = observed(LIPID_PANELS, "2026-10-01", hasMember=[{"reference": "Observation/1"}])
    order = draft_test(LIPID_PANELS, code=concept(LIPID_PANELS) | {"text": "Lipid panel"})

    assert told(DUPLICATE, chart(panel), order) == [
        "Lipid panel ordered; last result on 1 Oct 2026, useful for 84 days"
    ]


def filed(name, day, **more):
    """An order of the record."""
    return draft_test(name, **{"status": "active", "authoredOn": day} | more)


ORDER, LEVEL = draft_test(A1C), draft_test(LITHIUM_LEVEL)
IN_60, IN_90 = {"occurrenceDateTime": "2027-01-23"}, {"occurrenceDateTime": "2027-02-22"}
AGAIN = {
    "twice": ([], [ORDER, ORDER], True),
    "with another test": ([], [ORDER, draft_test(TSH)], False),
    "with one in 60 days": ([], [ORDER, draft_test(A1C, **IN_60)], True),
    "with one in 90 days, as planned": ([], [ORDER, draft_test(A1C, **IN_90)], False),
    "ordered three days ago": ([filed(A1C, "2026-11-21")], [ORDER], True),
    "ordered 30 days ago": ([filed(A1C, "2026-10-25")], [ORDER], True),
    "ordered 31 days ago": ([filed(A1C, "2026-10-24")], [ORDER], False),
    "a level ordered 3 days ago": ([filed(LITHIUM_LEVEL, "2026-11-21")], [LEVEL], True),
    "a level ordered 4 days ago": ([filed(LITHIUM_LEVEL, "2026-11-20")], [LEVEL], False),
    "revoked": ([filed(A1C, "2026-11-21", status="revoked")], [ORDER], False),
    "signed again": ([filed(A1C, "2026-11-21", id="same")], [ORDER | {"id": "same"}], False),
    "planned for later": ([filed(A1C, "2026-11-21", **IN_90)], [ORDER], False),
    "ordered on some day of the month": ([filed(A1C, "2026-11")], [ORDER], False),
    "again and again": ([], [ORDER, draft_test(A1C, occurrenceTiming={"repeat": {"count": 3}})], None),
}


@pytest.mark.parametrize(("events", "drafts", "due"), AGAIN.values(), ids=AGAIN)
def test_a_test_that_is_ordered_already(events, drafts, due):
    assert is_due(DUPLICATE, chart(*events), *drafts) is due


def test_an_order_whose_result_came_does_not_wait():
    changed = prescribed(LITHIUM, "2026-11-23")  # so that the result itself does not stand any more
    waiting, result = filed(LITHIUM_LEVEL, "2026-11-21"), observed(LITHIUM_LEVEL, "2026-11-22", value=0.7)

    assert is_due(DUPLICATE, chart(changed, waiting), LEVEL) is True
    assert is_due(DUPLICATE, chart(changed, waiting, result), LEVEL) is False


def test_it_is_told_where_the_other_order_is():
    order = draft_test(A1C, code=concept(A1C) | {"text": "A1c"})

    assert told(DUPLICATE, chart(), order, order) == ["A1c: ordered twice in this signing"]
    assert told(DUPLICATE, chart(filed(A1C, "2026-11-21")), order) == [
        "A1c: ordered on 21 Nov 2026 already, its result is still to come"
    ]


def test_every_row_of_the_table_has_its_days_and_its_source():
    assert all(0 < row.days <= row.offered_after and row.why and row.results for row in USEFUL_INTERVALS)
    assert {row.what for row in USEFUL_INTERVALS} >= {"A1c", "lipids", "TSH", "lithium level"}


NORTH = Site(frozenset({"Organization/north"}))


def referral(*references):
    performers = [{"reference": reference, "display": "South Clinic"} for reference in references]
    return draft_test(TSH, performer=performers or None, code={"text": "Referral"})


REFERRALS = {
    "to a preferred organisation": (NORTH, referral("Organization/north"), False),
    "by a whole address": (
        NORTH,
        referral("https://ehr.example.org/fhir/Organization/north"),
        False,
    ),
    "to another": (NORTH, referral("Organization/south"), True),
    "to both": (NORTH, referral("Organization/south", "Organization/north"), False),
    "to nobody yet": (NORTH, referral(), False),
    "at a site without a network": (Site(), referral("Organization/south"), False),
}


@pytest.mark.parametrize(("site", "draft", "due"), REFERRALS.values(), ids=REFERRALS)
def test_a_referral(site, draft, due):
    record = chart()
    found = NETWORK.judge(record, read_drafts(bundle(draft), record, TODAY), TODAY, site)

    assert [finding.due for finding in found] == [True] * due
    assert all("Referral: South Clinic is outside" in finding.says() for finding in found)


def test_a_referral_that_is_no_fhir_costs_only_itself_and_is_named():
    record, broken = chart(), draft_test(TSH, performer=["South Clinic"])
    drafts = read_drafts(bundle(broken, referral("Organization/south")), record, TODAY)
    found = NETWORK.judge(record, drafts, TODAY, NORTH)

    assert [finding.due for finding in found] == [None, True]
    assert any("referral-network cannot read it" in problem for problem in drafts.signed.problems)


PHQ = observed(PHQ_9, "2026-08-26", value=17, unit="{score}")
VAGUE = concept(UNSPECIFIED_DEPRESSION)
REASONS = {
    "a PHQ-9 of 90 days ago": ([PHQ], {"reasonCode": [VAGUE]}, True),
    "a PHQ-9 of 91 days ago": ([observed(PHQ_9, "2026-08-25", value=17)], {"reasonCode": [VAGUE]}, False),
    "no PHQ-9": ([], {"reasonCode": [VAGUE]}, False),
    "no reason": ([PHQ], {}, False),
    "a specific reason": ([PHQ], {"reasonCode": [concept(ALCOHOL_USE_DISORDER)]}, False),
    "a reason by reference": (
        [PHQ, diagnosed(UNSPECIFIED_DEPRESSION, "2026-01-01", id="c1")],
        {"reasonReference": [{"reference": "Condition/c1"}]},
        True,
    ),
    "substance use, with a disorder on record": (
        [diagnosed(ALCOHOL_USE_DISORDER, "2026-01-01")],
        {"reasonCode": [concept(UNSPECIFIED_SUBSTANCE_USE)]},
        True,
    ),
    "substance use, without one": ([], {"reasonCode": [concept(UNSPECIFIED_SUBSTANCE_USE)]}, False),
}


@pytest.mark.parametrize(("events", "more", "due"), REASONS.values(), ids=REASONS)
def test_an_unspecified_reason(events, more, due):
    assert is_due(UNSPECIFIED, chart(*events), draft_for(SSRI, **more)) is due


def test_an_unspecified_reason_is_told_with_what_would_specify_it():
    (finding,) = judged(UNSPECIFIED, chart(PHQ), draft_for(SSRI, "Sertraline", reasonCode=[VAGUE]))

    assert finding.says() == ("Sertraline: depression, unspecified, as its reason; PHQ-9 17 on 26 Aug 2026")
