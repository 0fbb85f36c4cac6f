"""Valproate and carbamazepine: pregnancy, liver, blood."""

import pytest

from measures.orders.checks.anticonvulsant_monitoring import CHECK as MONITORING
from measures.orders.checks.lamotrigine_valproate import CHECK as RASH
from measures.orders.checks.valproate_in_pregnancy import CHECK as PREGNANCY
from measures.orders.checks.valproate_pregnancy_possible import CHECK as POSSIBLE
from measures.orders.laboratory import (
    BLOOD_COUNT,
    BLOOD_COUNT_PANELS,
    LIVER_PANELS,
    LIVER_TESTS,
    PREGNANCY_TEST,
)
from measures.orders.medicines import CARBAMAZEPINE, CONTRACEPTIVES, LAMOTRIGINE, VALPROATE
from measures.orders.problems import CANNOT_CONCEIVE, CONTRACEPTION, PREGNANCY_ENDED, PREGNANT
from tests.clinic import all_but, chart, diagnosed, observed, performed
from tests.measures.orders.signing import draft_for, draft_test, is_due, judged, taken, told

ORDER = draft_for(VALPROATE, "Valproate")


def woman(*events, born="1996-05-01", **more):
    return chart(*events, born=born, gender="female", **more)


AGES = {
    "12 today": ("2014-11-24", True),
    "12 tomorrow": ("2014-11-25", False),
    "50 for a year less a day": ("1975-11-25", True),
    "51 today": ("1975-11-24", False),
}


@pytest.mark.parametrize(("born", "due"), AGES.values(), ids=AGES)
def test_at_which_age_pregnancy_is_thought_of(born, due):
    assert is_due(POSSIBLE, woman(born=born), ORDER) is due


CASES = {
    "nothing on record": ([], True),
    "a test 30 days ago": ([observed(PREGNANCY_TEST, "2026-10-25")], False),
    "a test 31 days ago": ([observed(PREGNANCY_TEST, "2026-10-24")], True),
    "contraception as a problem": ([diagnosed(CONTRACEPTION, "2024-01-01")], False),
    "contraception given up": ([diagnosed(CONTRACEPTION, "2024-01-01", "2026-01-01")], True),
    "a contraceptive taken": ([taken(CONTRACEPTIVES, "2026-01-01")], False),
    "a contraceptive whose supply is long over": (
        [
            taken(
                CONTRACEPTIVES,
                "2024-01-01",
                dispenseRequest={"expectedSupplyDuration": {"value": 84, "code": "d"}},
            )
        ],
        True,
    ),
    "sterilised": ([diagnosed(CANNOT_CONCEIVE, "2020-01-01")], False),
    "hysterectomy": ([performed(CANNOT_CONCEIVE, "2020-01-01")], False),
}


@pytest.mark.parametrize(("events", "due"), CASES.values(), ids=CASES)
def test_pregnancy_possible(events, due):
    assert is_due(POSSIBLE, woman(*events), ORDER) is due


def test_for_men_and_for_other_medicines_it_is_silent():
    assert is_due(POSSIBLE, chart(born="1996-05-01", gender="male"), ORDER) is False
    assert is_due(POSSIBLE, woman(), draft_for(CONTRACEPTIVES)) is False


def test_without_a_sex_or_a_birth_date_it_cannot_tell():
    assert is_due(POSSIBLE, chart(born="1996-05-01"), ORDER) is None
    assert is_due(POSSIBLE, woman(born=None), ORDER) is None


def test_a_test_or_a_contraceptive_ordered_with_it_silences_it():
    assert is_due(POSSIBLE, woman(), ORDER, draft_test(PREGNANCY_TEST)) is False
    assert is_due(POSSIBLE, woman(), ORDER, draft_for(CONTRACEPTIVES)) is False


@pytest.mark.parametrize("kind", ["Condition", "MedicationRequest", "Observation", "Procedure"])
def test_what_was_not_read_may_hold_it(kind):
    assert is_due(POSSIBLE, woman(gathered=all_but(kind)), ORDER) is None


def test_both_medicines_say_the_age():
    assert told(POSSIBLE, woman(), draft_for(CARBAMAZEPINE, "Carbamazepine")) == [
        "Carbamazepine ordered at 30: no contraception or recent pregnancy test in this record"
    ]


PREGNANCIES = {
    "since March": ([diagnosed(PREGNANT, "2026-03-01")], True),
    "10 months ago": ([diagnosed(PREGNANT, "2026-01-24")], True),
    "more than 10 months ago and never ended": ([diagnosed(PREGNANT, "2026-01-23")], False),
    "without a date": ([diagnosed(PREGNANT, None)], True),
    "resolved, whenever": ([diagnosed(PREGNANT, "2026-03-01", clinical="resolved")], False),
    "ended": ([diagnosed(PREGNANT, "2026-03-01", "2026-10-01")], False),
    "delivered since": ([diagnosed(PREGNANT, "2026-03-01"), diagnosed(PREGNANCY_ENDED, "2026-10-01")], False),
    "noted on the day of delivery": (
        [diagnosed(PREGNANT, "2026-10-01"), diagnosed(PREGNANCY_ENDED, "2026-10-01")],
        False,
    ),
    "delivered the day before": (
        [diagnosed(PREGNANT, "2026-10-01"), diagnosed(PREGNANCY_ENDED, "2026-09-30")],
        True,
    ),
    "delivered on some day of the year": (
        [diagnosed(PREGNANT, "2026-03-01"), diagnosed(PREGNANCY_ENDED, "2026")],
        True,
    ),
    "none": ([], False),
}


@pytest.mark.parametrize(("events", "due"), PREGNANCIES.values(), ids=PREGNANCIES)
def test_in_pregnancy(events, due):
    assert is_due(PREGNANCY, woman(*events), ORDER) is due
    assert not (due and is_due(POSSIBLE, woman(*events), ORDER))


def test_in_pregnancy_it_is_critical_and_told_with_its_date():
    (finding,) = judged(PREGNANCY, woman(diagnosed(PREGNANT, "2026-03-01")), ORDER)

    assert finding.check.severity == "critical"
    assert finding.says() == (
        "Valproate ordered in pregnancy, on record since 1 Mar 2026: risk of malformation"
    )
    assert "in pregnancy: risk" in told(PREGNANCY, woman(diagnosed(PREGNANT, None)), ORDER)[0]


LIVER, BLOOD = (observed(name, "2026-05-25", value=20, unit="U/L") for name in (LIVER_TESTS, BLOOD_COUNT))
LABS = {
    "both 183 days ago": ([LIVER, BLOOD], [], []),
    "liver tests 184 days ago": ([observed(LIVER_TESTS, "2026-05-24"), BLOOD], [], ["liver_panel_order"]),
    "no blood count": ([LIVER], [], ["cbc_diff_order"]),
    "neither": ([], [], ["liver_panel_order", "cbc_diff_order"]),
    "both ordered now": ([], [draft_test(LIVER_PANELS), draft_test(BLOOD_COUNT_PANELS)], []),
}


@pytest.mark.parametrize(("events", "drafts", "added"), LABS.values(), ids=LABS)
def test_liver_tests_and_blood_count(events, drafts, added):
    findings = judged(MONITORING, chart(*events), ORDER, *drafts)

    assert [name for finding in findings for name in finding.mends[0].add] == added


LAMOTRIGINE_ORDER = draft_for(LAMOTRIGINE, "Lamotrigine")
ON_BOTH = [taken(VALPROATE, "2026-10-01", "Divalproex"), taken(LAMOTRIGINE, "2026-10-01", "Lamotrigine")]
TOGETHER = {
    "lamotrigine begun with valproate": (ON_BOTH[:1], [LAMOTRIGINE_ORDER], True),
    "valproate begun with lamotrigine": (ON_BOTH[1:], [ORDER], True),
    "both begun": ([], [ORDER, LAMOTRIGINE_ORDER], True),
    "lamotrigine renewed": (ON_BOTH, [LAMOTRIGINE_ORDER], False),
    "valproate renewed": (ON_BOTH, [ORDER], False),
    "lamotrigine alone": ([], [LAMOTRIGINE_ORDER], False),
    "with carbamazepine": ([taken(CARBAMAZEPINE, "2026-10-01")], [LAMOTRIGINE_ORDER], False),
}


@pytest.mark.parametrize(("events", "drafts", "due"), TOGETHER.values(), ids=TOGETHER)
def test_lamotrigine_and_valproate_of_which_one_is_begun(events, drafts, due):
    assert is_due(RASH, chart(*events), *drafts) is due


def test_the_rash_is_told_with_the_medicine_that_goes_on():
    assert told(RASH, chart(*ON_BOTH[:1]), LAMOTRIGINE_ORDER) == [
        "Lamotrigine begun with Divalproex, active since 1 Oct 2026: severe rash unless lamotrigine is low"
    ]
    assert is_due(RASH, chart(gathered=all_but("MedicationRequest")), LAMOTRIGINE_ORDER) is None
