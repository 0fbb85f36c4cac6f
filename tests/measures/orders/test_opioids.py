"""Opioids: the dose in morphine equivalents, sedatives beside them, naloxone, and treatment that stops."""

import pytest

from measures.orders.checks.opioid_benzodiazepine import CHECK as SEDATIVE
from measures.orders.checks.opioid_without_naloxone import CHECK as DOSE
from measures.orders.checks.treatment_ran_out import CHECK as RAN_OUT
from measures.orders.checks.treatment_stopped import CHECK as STOPPED
from measures.orders.checks.use_disorder_without_naloxone import CHECK as DISORDER
from measures.orders.medicines import (
    BARBITURATES,
    BENZODIAZEPINES,
    CARISOPRODOL,
    LITHIUM,
    NALOXONE,
    OPIOIDS,
    OUD_MEDICINES,
    Z_HYPNOTICS,
)
from measures.orders.medicines import METHADONE as METHADONE_SET
from measures.orders.morphine import daily_mme
from measures.orders.problems import OPIOID_USE_DISORDER
from measures.terminology import SNOMED
from tests.clinic import all_but, chart, diagnosed, dispensed, prescribed
from tests.measures.orders.signing import dosage, draft_for, is_due, judged, taken, told

OXYCODONE, HYDROCODONE, FENTANYL_25, TRAMADOL, METHADONE = "1049621", "857002", "245134", "835603", "6813"
FENTANYL = "4337"  # of no strength
ILL = diagnosed(OPIOID_USE_DISORDER, "2020-01-01")


def opioid(rxnorm, value, unit="mg", times=1, **more):
    return draft_for(OPIOIDS, "Opioid", rxnorm=rxnorm, dosageInstruction=dosage(value, unit, times), **more)


HYDROMORPHONE = "897696"


def injected(**dosed):
    """Hydromorphone 2 mg three times a day, its dosage with these elements besides."""
    [given] = dosage(2, "mg", 3)
    return draft_for(OPIOIDS, "Opioid", rxnorm=HYDROMORPHONE, dosageInstruction=[given | dosed])


MME = {
    "oxycodone 5 mg four times": (opioid(OXYCODONE, 5, times=4), 30),
    "oxycodone, two tablets of 5 mg twice": (opioid(OXYCODONE, 2, "tablet", times=2), 30),
    "hydrocodone of a combination": (opioid(HYDROCODONE, 1, "tablet", times=4), 20),
    "tramadol 50 mg four times": (opioid(TRAMADOL, 50, times=4), 40),
    "methadone 10 mg twice": (opioid(METHADONE, 10, times=2), 94),
    "a fentanyl patch of 25 mcg an hour": (opioid(FENTANYL_25, 1, "patch"), 60),
    "two patches": (opioid(FENTANYL_25, 2, "patch"), 120),
    "a patch, dosed in mg": (opioid(FENTANYL_25, 1, "mg"), None),
    "patches of two dosages": (
        draft_for(OPIOIDS, rxnorm=FENTANYL_25, dosageInstruction=dosage(1, "patch") + dosage(1, "patch")),
        None,
    ),
    "a patch in words": (
        draft_for(
            OPIOIDS,
            "fentaNYL (DURAGESIC) 25 mcg/hr",
            rxnorm=FENTANYL,
            dosageInstruction=[{"text": "Place 1 patch onto the skin every 72 hours."}],
        ),
        60,
    ),
    "a patch without a number": (draft_for(OPIOIDS, rxnorm=FENTANYL_25), None),
    "by vein, by its code": (injected(route={"coding": [{"system": SNOMED, "code": "47625008"}]}), None),
    "by vein, by its words": (injected(route={"text": "IV"}), None),
    "under the skin, by the words of the dosage": (
        injected(text="Inject 2 mg subcutaneously every 4 hours"),
        None,
    ),
    "by a route that cannot be read": (injected(route="IV"), None),
    "by mouth, said so": (injected(route={"text": "oral"}), 30),
    "an opioid not known by name": (draft_for(OPIOIDS, dosageInstruction=dosage(5, "mg")), None),
}


@pytest.mark.parametrize(("order", "mme"), MME.values(), ids=MME)
def test_morphine_equivalents(order, mme):
    found = chart(order | {"status": "active"}).medication_requests(OPIOIDS)[0]

    assert daily_mme(found) == pytest.approx(mme)


AT_50 = opioid(OXYCODONE, 50 / 1.5)
BELOW_50 = opioid(OXYCODONE, 49.9 / 1.5)
UNREADABLE = draft_for(OPIOIDS, "Opioid", rxnorm=OXYCODONE, dosageInstruction=[{"text": "as directed"}])
DOSES = {
    "50 MME": ([], [AT_50], True),
    "just below 50": ([], [BELOW_50], False),
    "two drafts that make 60": ([], [opioid(OXYCODONE, 20), opioid(OXYCODONE, 20)], True),
    "one taken already adds to it": (
        [opioid(OXYCODONE, 20, status="active", authoredOn="2026-11-20")],
        [opioid(OXYCODONE, 20)],
        True,
    ),
    "naloxone 365 days ago": ([prescribed(NALOXONE, "2025-11-24")], [AT_50], False),
    "naloxone 366 days ago": ([prescribed(NALOXONE, "2025-11-23")], [AT_50], True),
    "naloxone ordered now": ([], [AT_50, draft_for(NALOXONE)], False),
    "naloxone dispensed": ([dispensed(NALOXONE, "2026-01-01", 1)], [AT_50], False),
    "no dose to read": ([], [UNREADABLE], None),
    "no dose to read, but enough without it": ([], [UNREADABLE, AT_50], True),
}


@pytest.mark.parametrize(("events", "drafts", "due"), DOSES.values(), ids=DOSES)
def test_a_high_dose_without_naloxone(events, drafts, due):
    assert is_due(DOSE, chart(*events), *drafts) is due


def test_a_high_dose_is_told_with_its_sum():
    assert told(DOSE, chart(prescribed(NALOXONE, "2024-11-24")), AT_50) == [
        "Opioid ordered: 50 MME a day in all; last naloxone on 24 Nov 2024, 730 days ago; due every 12 months"
    ]


def test_a_dose_that_cannot_be_read_is_named_and_warns_of_nothing():
    (finding,) = judged(DOSE, chart(), UNREADABLE)

    assert finding.due is None
    assert finding.why_unknown == "dose not readable: Opioid"


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationDispense"])
def test_naloxone_that_was_not_read_may_be_there(kind):
    assert is_due(DOSE, chart(gathered=all_but(kind)), AT_50) is None
    assert is_due(DISORDER, chart(ILL, gathered=all_but(kind)), AT_50) is None


DISORDERS = {
    "an opioid, no naloxone": ([ILL], [draft_for(OPIOIDS)], True),
    "its treatment, no naloxone": ([ILL], [draft_for(OUD_MEDICINES)], True),
    "naloxone ordered now": ([ILL], [draft_for(OUD_MEDICINES), draft_for(NALOXONE)], False),
    "another medicine": ([ILL], [draft_for(LITHIUM)], False),
    "no disorder": ([], [draft_for(OPIOIDS)], False),
    "in remission": ([diagnosed(OPIOID_USE_DISORDER, "2020-01-01", clinical="remission")], [AT_50], True),
    "resolved": ([diagnosed(OPIOID_USE_DISORDER, "2020-01-01", clinical="resolved")], [AT_50], False),
}


@pytest.mark.parametrize(("events", "drafts", "due"), DISORDERS.values(), ids=DISORDERS)
def test_a_use_disorder_without_naloxone(events, drafts, due):
    assert is_due(DISORDER, chart(*events), *drafts) is due


@pytest.mark.parametrize("sedative", [BENZODIAZEPINES, Z_HYPNOTICS, BARBITURATES, CARISOPRODOL])
def test_a_sedative_beside_an_opioid_either_way_round(sedative):
    lorazepam = taken(sedative, "2026-10-03", "lorazepam")

    assert told(SEDATIVE, chart(lorazepam), draft_for(OPIOIDS, "Oxycodone")) == [
        "Oxycodone ordered with lorazepam, active since 3 Oct 2026: together they can stop the breathing"
    ]
    assert is_due(SEDATIVE, chart(taken(OPIOIDS, "2026-10-03")), draft_for(sedative)) is True
    assert is_due(SEDATIVE, chart(), draft_for(OPIOIDS), draft_for(sedative)) is True


SUPPLIES = {  # of 30 days, on 24 November
    "over for 30 days": ("2026-09-26", True),
    "over for 31 days": ("2026-09-25", False),
}


@pytest.mark.parametrize(("day", "due"), SUPPLIES.values(), ids=SUPPLIES)
def test_for_how_long_after_its_supply_a_medicine_counts_as_taken(day, due):
    record = chart(prescribed(BENZODIAZEPINES, day, 30))

    assert is_due(SEDATIVE, record, draft_for(OPIOIDS)) is due


COMPLETED = {  # of 30 days, on 24 November
    "its supply ends today": ("2026-10-26", True),
    "its supply ended yesterday": ("2026-10-25", False),
}


@pytest.mark.parametrize(("day", "due"), COMPLETED.values(), ids=COMPLETED)
def test_a_completed_order_counts_to_the_end_of_its_supply(day, due):
    record = chart(prescribed(BENZODIAZEPINES, day, 30, status="completed"))

    assert is_due(SEDATIVE, record, draft_for(OPIOIDS)) is due


def test_a_dispense_counts_where_it_says_how_long_it_lasts():
    lasting, endless = (dispensed(BENZODIAZEPINES, "2026-10-01", days) for days in (30, 0))
    endless["daysSupply"] = None

    assert is_due(SEDATIVE, chart(lasting), draft_for(OPIOIDS)) is True
    assert is_due(SEDATIVE, chart(endless), draft_for(OPIOIDS)) is False


def test_an_order_of_today_is_taken():
    assert is_due(SEDATIVE, chart(taken(BENZODIAZEPINES, "2026-11-24")), draft_for(OPIOIDS)) is True


def test_a_stopped_order_and_one_that_begins_later_are_not_taken():
    stopped = taken(BENZODIAZEPINES, "2026-11-01") | {"status": "stopped"}
    record = chart(stopped, prescribed(BENZODIAZEPINES, "2026-11-25", 30))

    assert is_due(SEDATIVE, record, draft_for(OPIOIDS)) is False


def test_a_sedative_that_this_signing_stops_is_not_taken_any_more():
    active = taken(BENZODIAZEPINES, "2026-10-03")

    assert is_due(SEDATIVE, chart(active), draft_for(OPIOIDS), active | {"status": "stopped"}) is False


ENDED = taken(OUD_MEDICINES, "2026-10-03", "Buprenorphine")
ON_METHADONE = taken(METHADONE_SET, "2026-10-03", "Methadone")
OFF_METHADONE, BEGUN = ON_METHADONE | {"status": "stopped"}, draft_for(METHADONE_SET)
STOPS = {
    "stopped": ([ENDED], [ENDED | {"status": "stopped"}], True),
    "put on hold": ([ENDED], [ENDED | {"status": "on-hold"}], True),
    "stopped and replaced": ([ENDED], [ENDED | {"status": "stopped"}, draft_for(OUD_MEDICINES)], False),
    "stopped, another goes on": (
        [ENDED, taken(OUD_MEDICINES, "2026-11-01")],
        [ENDED | {"status": "stopped"}],
        False,
    ),
    "signed again": ([ENDED], [ENDED], False),
    "methadone with the disorder": ([ILL, ON_METHADONE], [OFF_METHADONE], True),
    "methadone for pain": ([ON_METHADONE], [OFF_METHADONE], False),
    "methadone, buprenorphine begun": ([ILL, ON_METHADONE], [OFF_METHADONE, draft_for(OUD_MEDICINES)], False),
    "buprenorphine, methadone begun": ([ILL, ENDED], [ENDED | {"status": "stopped"}, BEGUN], False),
    "another medicine stopped": ([], [taken(LITHIUM, "2026-01-01") | {"status": "stopped"}], False),
}


@pytest.mark.parametrize(("events", "drafts", "due"), STOPS.values(), ids=STOPS)
def test_treatment_that_a_signing_stops(events, drafts, due):
    assert is_due(STOPPED, chart(*events), *drafts) is due


OTHER = draft_for(LITHIUM, "Lithium")
GAPS = {  # supplies of 30 days, on 24 November
    "lasts to today": ([ILL, dispensed(OUD_MEDICINES, "2026-10-26", 30)], [OTHER], False),
    "ran out yesterday": ([ILL, dispensed(OUD_MEDICINES, "2026-10-25", 30)], [OTHER], True),
    "ran out 90 days ago": ([ILL, dispensed(OUD_MEDICINES, "2026-07-28", 30)], [OTHER], True),
    "ran out 91 days ago": ([ILL, dispensed(OUD_MEDICINES, "2026-07-27", 30)], [OTHER], False),
    "renewed now": ([ILL, dispensed(OUD_MEDICINES, "2026-10-25", 30)], [draft_for(OUD_MEDICINES)], False),
    "supplied again today, after a break": (
        [ILL, dispensed(OUD_MEDICINES, "2026-09-20", 30), dispensed(OUD_MEDICINES, "2026-11-24", 30)],
        [OTHER],
        False,
    ),
    "no disorder": ([dispensed(OUD_MEDICINES, "2026-10-25", 30)], [OTHER], False),
    "never treated": ([ILL], [OTHER], False),
    "a supply of no length": ([ILL, prescribed(OUD_MEDICINES, "2026-10-25")], [OTHER], None),
}


@pytest.mark.parametrize(("events", "drafts", "due"), GAPS.values(), ids=GAPS)
def test_treatment_that_ran_out(events, drafts, due):
    assert is_due(RAN_OUT, chart(*events), *drafts) is due


def test_several_orders_are_told_once_of_a_treatment_that_ran_out():
    record = chart(ILL, dispensed(OUD_MEDICINES, "2026-10-25", 30))

    (finding,) = judged(RAN_OUT, record, OTHER, draft_for(LITHIUM))
    assert finding.says().endswith(" ran out on 23 Nov 2026; no renewal is being signed")
