"""Gaps and a signing: what an order could close, and what the drafts close already."""

import pytest

from cds_service.drafts import load_drafts
from measures.catalog import find_measures
from measures.library.apma_adults_on_antipsychotics import MEASURE as APMA
from measures.library.cms122_glycemic_status import MEASURE as CMS122
from measures.library.nalox_naloxone import MEASURE as NALOX
from measures.library.nalox_naloxone import NALOXONE
from measures.orders.closing import offers
from measures.shared.antipsychotics import A1C, ANTIPSYCHOTIC, LDL
from measures.shared.opioid_treatment import OPIOID_USE_DISORDER
from measures.terminology import LOINC, Code
from measures.time import Period
from tests.clinic import all_but, chart, diagnosed, observed, prescribed
from tests.measures.orders.signing import DIABETIC, closing, coded_chart, draft_for, draft_test

YEAR = Period.year(2026)
TEMPLATES = {name: draft.template for name, draft in load_drafts().items()}
ILL = diagnosed(OPIOID_USE_DISORDER, "2020-01-01")
LIPID_PANEL = Code(LOINC, "24331-1")


def test_an_open_gap_names_the_draft_that_closes_it():
    (gap,) = closing(NALOX, chart(ILL))

    assert (gap.step.name, gap.add, gap.closed_by) == ("has_naloxone", "naloxone_order", ())


def test_a_draft_that_meets_the_measure_once_signed_silences_the_gap():
    (gap,) = closing(NALOX, chart(ILL), draft_for(NALOXONE, "Naloxone spray"))

    assert [draft.display for draft in gap.closed_by] == ["Naloxone spray"]
    assert not gap.is_offered
    assert offers([gap]) == {}


def test_a_test_being_ordered_silences_the_gap_its_result_will_close():
    record = chart(prescribed(ANTIPSYCHOTIC, "2026-02-01"), observed(A1C, "2026-03-01", value=5.4))
    (open_gap,) = closing(APMA, record, draft_for(NALOXONE))
    (seen_to,) = closing(APMA, record, draft_test(LIPID_PANEL))

    assert open_gap.is_offered
    assert not seen_to.is_offered


def test_one_draft_is_offered_once_for_all_the_gaps_it_closes():
    record = chart(prescribed(ANTIPSYCHOTIC, "2026-02-01"), observed(LDL, "2026-03-01", value=90))
    found = (*closing(APMA, record), *closing(APMA, record))

    assert {name: len(gaps) for name, gaps in offers(found).items()} == {"a1c_order": 2}


def test_what_the_record_cannot_say_is_no_gap_to_close():
    assert closing(NALOX, chart(ILL, gathered=all_but("MedicationDispense"))) == ()


def test_a_closed_gap_asks_for_nothing():
    assert closing(NALOX, chart(ILL, prescribed(NALOXONE, "2026-02-01"))) == ()


def test_the_record_itself_is_not_changed_by_drafts():
    record = chart(ILL)
    closing(NALOX, record, draft_for(NALOXONE))

    assert len(record.medication_requests(NALOXONE)) == 0


@pytest.mark.parametrize(
    ("day", "offered"), [("2026-11-03", False), ("2026-08-27", False), ("2026-08-26", True)]
)
def test_a_test_is_offered_again_only_when_its_result_no_longer_stands(day, offered):
    (gap,) = closing(CMS122, coded_chart(*DIABETIC, observed(A1C, day, value=9.4)))  # useful for 90 days

    assert (gap.step.name, gap.add) == ("at_most_9", "a1c_order")
    assert gap.is_offered is offered


def test_a_test_is_not_offered_again_when_the_day_of_its_result_is_not_known():
    record = coded_chart(*DIABETIC, observed(A1C, "2026-11", value=9.4))

    assert [gap.is_offered for gap in closing(CMS122, record)] == [False]


A1C_ORDER = Code(LOINC, "4548-4")
LIPIDS_ORDER = Code(LOINC, "24331-1")


def waiting(name, day, **more):
    """An order of the record for a test."""
    return draft_test(name, **{"status": "active", "authoredOn": day} | more)


@pytest.mark.parametrize(
    ("day", "offered"), [("2026-11-22", False), ("2026-10-25", False), ("2026-10-24", True)]
)
def test_a_test_that_is_ordered_already_is_not_offered_again_for_30_days(day, offered):
    (gap,) = closing(CMS122, coded_chart(*DIABETIC, waiting(A1C_ORDER, day)))

    assert (gap.step.name, gap.is_offered) == ("tested", offered)
    assert (gap.pending is None) is offered


@pytest.mark.parametrize(
    "order",
    [
        waiting(LIPIDS_ORDER, "2026-11-22"),
        waiting(A1C_ORDER, "2026-11-22", status="completed"),
        waiting(A1C_ORDER, "2026-11-22", status="revoked"),
        waiting(A1C_ORDER, None),
    ],
    ids=["of another test", "completed", "revoked", "without a day"],
)
def test_another_order_does_not_silence_the_offer(order):
    (gap,) = closing(CMS122, coded_chart(*DIABETIC, order))

    assert gap.is_offered


def test_an_order_told_by_its_name_alone_silences_the_offer_too():
    named = waiting(A1C_ORDER, "2026-11-22", code={"text": "Hemoglobin A1c"})
    (gap,) = closing(CMS122, coded_chart(*DIABETIC, named))

    assert not gap.is_offered


def test_an_order_whose_result_came_waits_no_longer():
    high, ordered = observed(A1C, "2026-08-20", value=9.4), waiting(A1C_ORDER, "2026-11-22")
    (waits,) = closing(CMS122, coded_chart(*DIABETIC, high, ordered))
    (resulted,) = closing(
        CMS122, coded_chart(*DIABETIC, high, ordered, observed(A1C, "2026-11-23", value=9.4))
    )

    assert waits.pending is not None
    assert (resulted.pending, resulted.too_soon) == (None, True)


def test_an_order_that_is_being_ended_stands_in_nobodys_way():
    ordered = waiting(A1C_ORDER, "2026-11-22", id="a1c-1")
    (gap,) = closing(CMS122, coded_chart(*DIABETIC, ordered), ordered | {"status": "revoked"})

    assert gap.is_offered


def test_a_draft_without_an_id_sees_to_a_gap_too():
    without_id = {name: held for name, held in draft_for(NALOXONE).items() if name != "id"}
    (gap,) = closing(NALOX, chart(ILL), without_id, without_id | {"status": "active"})

    assert len(gap.closed_by) == 2


def test_every_order_a_step_names_is_a_draft():
    named = {leaf.order for m in find_measures().measures.values() for leaf in m.criteria.values()} - {""}

    assert named <= set(TEMPLATES)
    assert "a1c_order" in named
