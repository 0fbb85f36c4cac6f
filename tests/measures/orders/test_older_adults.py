"""What goes by age: 65, 60, and the dose above which citalopram is too much."""

import pytest

from measures.orders.checks.antipsychotic_in_dementia import CHECK as DEMENTED
from measures.orders.checks.citalopram_dose import CHECK as CITALOPRAM_DOSE
from measures.orders.checks.escitalopram_dose import CHECK as ESCITALOPRAM_DOSE
from measures.orders.checks.older_adults import CHECK as BEERS
from measures.orders.medicines import (
    ACE_INHIBITORS,
    ANTICHOLINERGICS,
    ANTIPSYCHOTIC,
    BARBITURATES,
    BENZODIAZEPINES,
    CITALOPRAM,
    CYP2C19_INHIBITORS,
    ESCITALOPRAM,
    FLUVOXAMINE,
    LITHIUM,
    PAROXETINE,
    TRICYCLICS,
    Z_HYPNOTICS,
)
from measures.orders.problems import DEMENTIA, SEDATIVE_WITHDRAWAL, SEIZURES
from measures.shared.antipsychotics import BIPOLAR, SCHIZOPHRENIA
from tests.clinic import all_but, chart, diagnosed
from tests.measures.orders.signing import dosage, draft_for, is_due, judged, taken, told

AT_65, TOMORROW_65 = "1961-11-24", "1961-11-25"
AT_61, TOMORROW_61 = "1965-11-24", "1965-11-25"
DOXEPIN = "966793"


@pytest.mark.parametrize(
    "medicine", [BENZODIAZEPINES, Z_HYPNOTICS, BARBITURATES, ANTICHOLINERGICS, TRICYCLICS, PAROXETINE]
)
def test_from_65_on(medicine):
    assert is_due(BEERS, chart(born=AT_65), draft_for(medicine)) is True
    assert is_due(BEERS, chart(born=TOMORROW_65), draft_for(medicine)) is False


def test_it_says_age_and_source():
    assert told(BEERS, chart(born="1950-01-01"), draft_for(BENZODIAZEPINES, "lorazepam")) == [
        "lorazepam ordered at 76: falls, confusion (AGS Beers 2023: avoid)"
    ]


def test_without_a_birth_date_it_cannot_tell():
    assert is_due(BEERS, chart(born=None), draft_for(BENZODIAZEPINES)) is None


@pytest.mark.parametrize(
    ("born", "due"),
    [
        ("1960", True),
        ("1961", None),
        ("1962", False),
        ("1961-11", None),
        ("1961-10", True),
        ("1961-12", False),
    ],
)
def test_a_year_or_a_month_of_birth_tells_where_it_is_certain(born, due):
    assert is_due(BEERS, chart(born=born), draft_for(BENZODIAZEPINES)) is due


def test_an_age_that_may_be_either_is_said_so():
    assert told(BEERS, chart(born="1950"), draft_for(BENZODIAZEPINES, "lorazepam")) == [
        "lorazepam ordered at 75 or 76: falls, confusion (AGS Beers 2023: avoid)"
    ]


REASONS = {
    "seizures": ([diagnosed(SEIZURES, "2020-01-01")], BENZODIAZEPINES, False),
    "seizures, for which phenobarbital is the treatment": (
        [diagnosed(SEIZURES, "2020-01-01")],
        BARBITURATES,
        False,
    ),
    "a withdrawal": ([diagnosed(SEDATIVE_WITHDRAWAL, "2026-11-20")], BENZODIAZEPINES, False),
    "a withdrawal that is over": (
        [diagnosed(SEDATIVE_WITHDRAWAL, "2026-10-20", "2026-10-25")],
        BENZODIAZEPINES,
        True,
    ),
    "seizures are no reason for a hypnotic": ([diagnosed(SEIZURES, "2020-01-01")], Z_HYPNOTICS, True),
}


@pytest.mark.parametrize(("events", "medicine", "due"), REASONS.values(), ids=REASONS)
def test_what_a_benzodiazepine_treats_spares_it(events, medicine, due):
    assert is_due(BEERS, chart(*events, born=AT_65), draft_for(medicine)) is due


def test_problems_not_read_are_unknown():
    record = chart(born=AT_65, gathered=all_but("Condition"))

    assert is_due(BEERS, record, draft_for(BENZODIAZEPINES)) is None
    assert is_due(BEERS, record, draft_for(Z_HYPNOTICS)) is True


@pytest.mark.parametrize(("mg", "due"), [(6, False), (6.1, True), (None, None)])
def test_doxepin_for_sleep_is_spared(mg, due):
    order = draft_for(TRICYCLICS, rxnorm=DOXEPIN, dosageInstruction=dosage(mg, "mg") if mg else [])

    assert is_due(BEERS, chart(born=AT_65), order) is due


DEMENTIAS = {
    "dementia at 65": ([diagnosed(DEMENTIA, "2024-05-01")], AT_65, True),
    "dementia before 65": ([diagnosed(DEMENTIA, "2024-05-01")], TOMORROW_65, False),
    "with schizophrenia": (
        [diagnosed(DEMENTIA, "2024-05-01"), diagnosed(SCHIZOPHRENIA, "1990-01-01")],
        AT_65,
        False,
    ),
    "with bipolar disorder": (
        [diagnosed(DEMENTIA, "2024-05-01"), diagnosed(BIPOLAR, "1990-01-01")],
        AT_65,
        False,
    ),
    "without dementia": ([], AT_65, False),
}


@pytest.mark.parametrize(("events", "born", "due"), DEMENTIAS.values(), ids=DEMENTIAS)
def test_an_antipsychotic_in_dementia(events, born, due):
    assert is_due(DEMENTED, chart(*events, born=born), draft_for(ANTIPSYCHOTIC)) is due


def test_dementia_is_told_with_its_date():
    record = chart(diagnosed(DEMENTIA, "2024-05-01"), born=AT_65)

    assert told(DEMENTED, record, draft_for(ANTIPSYCHOTIC, "quetiapine")) == [
        "quetiapine ordered with dementia, on record since 1 May 2024: higher mortality"
    ]


DOSES = {
    "citalopram 40 mg at 60": (CITALOPRAM_DOSE, CITALOPRAM, 40, TOMORROW_61, False),
    "citalopram 41 mg at 60": (CITALOPRAM_DOSE, CITALOPRAM, 41, TOMORROW_61, True),
    "citalopram 20 mg at 61": (CITALOPRAM_DOSE, CITALOPRAM, 20, AT_61, False),
    "citalopram 21 mg at 61": (CITALOPRAM_DOSE, CITALOPRAM, 21, AT_61, True),
    "citalopram 40 mg at an unknown age": (CITALOPRAM_DOSE, CITALOPRAM, 40, "1965", None),
    "citalopram 41 mg at an unknown age": (CITALOPRAM_DOSE, CITALOPRAM, 41, "1965", True),
    "citalopram 20 mg at an unknown age": (CITALOPRAM_DOSE, CITALOPRAM, 20, "1965", False),
    "citalopram 21 mg, born in 1964": (CITALOPRAM_DOSE, CITALOPRAM, 21, "1964", True),
    "citalopram 21 mg, born in 1967": (CITALOPRAM_DOSE, CITALOPRAM, 21, "1967", False),
    "escitalopram 20 mg at 64": (ESCITALOPRAM_DOSE, ESCITALOPRAM, 20, TOMORROW_65, False),
    "escitalopram 21 mg at 64": (ESCITALOPRAM_DOSE, ESCITALOPRAM, 21, TOMORROW_65, True),
    "escitalopram 10 mg at 65": (ESCITALOPRAM_DOSE, ESCITALOPRAM, 10, AT_65, False),
    "escitalopram 11 mg at 65": (ESCITALOPRAM_DOSE, ESCITALOPRAM, 11, AT_65, True),
    "another medicine": (CITALOPRAM_DOSE, LITHIUM, 900, AT_65, False),
}


@pytest.mark.parametrize(("check", "medicine", "mg", "born", "due"), DOSES.values(), ids=DOSES)
def test_doses_by_age(check, medicine, mg, born, due):
    order = draft_for(medicine, dosageInstruction=dosage(mg, "mg"))

    assert is_due(check, chart(born=born), order) is due


SLOWED = {
    "20 mg with an inhibitor": (20, CYP2C19_INHIBITORS, False),
    "21 mg with an inhibitor": (21, CYP2C19_INHIBITORS, True),
    "21 mg with fluvoxamine": (21, FLUVOXAMINE, True),
    "40 mg with another medicine": (40, ACE_INHIBITORS, False),
}


@pytest.mark.parametrize(("mg", "beside", "due"), SLOWED.values(), ids=SLOWED)
def test_what_slows_the_breakdown_of_citalopram_halves_its_limit(mg, beside, due):
    order = draft_for(CITALOPRAM, dosageInstruction=dosage(mg, "mg"))

    assert is_due(CITALOPRAM_DOSE, chart(taken(beside, "2026-10-03"), born=TOMORROW_61), order) is due
    assert is_due(CITALOPRAM_DOSE, chart(born=TOMORROW_61), order, draft_for(beside)) is due


def test_the_lower_limit_is_told_with_what_sets_it_and_offered():
    record = chart(taken(CYP2C19_INHIBITORS, "2026-10-03", "omeprazole"), born=TOMORROW_61)
    order = draft_for(CITALOPRAM, "citalopram", rxnorm="200371", dosageInstruction=dosage(2, "tablet"))
    (finding,) = judged(CITALOPRAM_DOSE, record, order)

    assert finding.says() == "citalopram ordered at 60: 40 mg a day; at most 20 mg with omeprazole"
    lower = finding.mends[0].most
    assert lower is not None
    assert finding.found is not None
    assert lower(finding.found) == 20


def test_with_the_medicines_not_read_the_lower_limit_is_neither_met_nor_broken():
    record = chart(born=TOMORROW_61, gathered=all_but("MedicationRequest"))

    assert is_due(CITALOPRAM_DOSE, record, draft_for(CITALOPRAM, dosageInstruction=dosage(30, "mg"))) is None


def test_a_dose_is_told_in_mg_a_day():
    order = draft_for(CITALOPRAM, "citalopram", rxnorm="200371", dosageInstruction=dosage(2, "tablet"))

    assert told(CITALOPRAM_DOSE, chart(born=AT_65), order) == [
        "citalopram ordered at 65: 40 mg a day; at most 20 mg over 60"
    ]


def test_a_dose_not_readable_warns_of_nothing():
    (finding,) = judged(CITALOPRAM_DOSE, chart(born=AT_65), draft_for(CITALOPRAM, "citalopram"))

    assert (finding.due, finding.why_unknown) == (None, "dose not readable: citalopram")
