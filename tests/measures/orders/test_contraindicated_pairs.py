"""Medicines that must not meet: MAO inhibitors, QT at its worst, opioids and what blocks or adds to them."""

import pytest

from measures.orders.checks.anticoagulant_ssri import CHECK as BLEEDING
from measures.orders.checks.carbamazepine_contraceptive import CHECK as CONTRACEPTIVE
from measures.orders.checks.clozapine_carbamazepine import CHECK as MARROW
from measures.orders.checks.clozapine_cyp1a2 import CHECK as CLOZAPINE_LEVEL
from measures.orders.checks.linezolid_serotonergic import CHECK as LINEZOLID_PAIR
from measures.orders.checks.mao_b_antidepressant import CHECK as MAO_B_ANTIDEPRESSANT
from measures.orders.checks.mao_b_pair import CHECK as MAO_B_PAIR
from measures.orders.checks.maoi_pair import CHECK as MAOI_PAIR
from measures.orders.checks.metronidazole_pair import CHECK as PSYCHOSIS
from measures.orders.checks.opioid_antagonist import CHECK as ANTAGONIST
from measures.orders.checks.opioid_gabapentinoid import CHECK as GABAPENTINOID
from measures.orders.checks.qt_contraindicated import CHECK as QT_NEVER
from measures.orders.checks.qt_pair import CHECK as QT_PAIR
from measures.orders.checks.tramadol_serotonergic import CHECK as TRAMADOL_PAIR
from measures.orders.medicines import (
    ACE_INHIBITORS,
    BUPRENORPHINE,
    BUPROPION,
    CARBAMAZEPINE,
    CIPROFLOXACIN,
    CLOZAPINE,
    DISULFIRAM,
    FLUOXETINE,
    FLUVOXAMINE,
    GABAPENTINOIDS,
    LINEZOLID,
    MAO_B_INHIBITORS,
    MAOI,
    METHADONE,
    METRONIDAZOLE,
    NALOXONE,
    NOT_WITH_ANY_MAOI,
    NOT_WITH_MAOI,
    OPIOID_ANTAGONISTS,
    OPIOIDS,
    ORAL_ANTICOAGULANTS,
    OTHER_ANTIDEPRESSANTS,
    PAROXETINE,
    PIMOZIDE,
    QT_ANTIPSYCHOTICS,
    QT_OTHERS,
    SNRI,
    SSRI,
    STIMULANTS,
    THIORIDAZINE,
    TRAMADOL,
    TRICYCLICS,
    VALPROATE,
    WEAKENED_CONTRACEPTIVES,
    ZIPRASIDONE,
)
from measures.orders.problems import ECG
from tests.clinic import all_but, chart, observed
from tests.measures.orders.signing import coded_chart, draft_for, is_due, judged, taken, told

PAIRS = [
    (MAOI_PAIR, MAOI, MAO_B_INHIBITORS),
    (MAOI_PAIR, MAOI, NOT_WITH_ANY_MAOI),
    (MAOI_PAIR, MAOI, NOT_WITH_MAOI),
    (MAOI_PAIR, MAOI, CARBAMAZEPINE),
    (MAO_B_PAIR, MAO_B_INHIBITORS, NOT_WITH_ANY_MAOI),
    (MAO_B_PAIR, MAO_B_INHIBITORS, TRAMADOL),
    (MAO_B_PAIR, MAO_B_INHIBITORS, METHADONE),
    (MAO_B_PAIR, MAO_B_INHIBITORS, LINEZOLID),
    (MAO_B_ANTIDEPRESSANT, MAO_B_INHIBITORS, SSRI),
    (MAO_B_ANTIDEPRESSANT, MAO_B_INHIBITORS, SNRI),
    (MAO_B_ANTIDEPRESSANT, MAO_B_INHIBITORS, TRICYCLICS),
    (MAO_B_ANTIDEPRESSANT, MAO_B_INHIBITORS, OTHER_ANTIDEPRESSANTS),
    (LINEZOLID_PAIR, LINEZOLID, OTHER_ANTIDEPRESSANTS),
    (LINEZOLID_PAIR, LINEZOLID, TRAMADOL),
    (LINEZOLID_PAIR, LINEZOLID, NOT_WITH_ANY_MAOI),
    (TRAMADOL_PAIR, TRAMADOL, OTHER_ANTIDEPRESSANTS),
    (TRAMADOL_PAIR, TRAMADOL, BUPROPION),
    (QT_NEVER, PIMOZIDE, QT_OTHERS),
    (QT_NEVER, THIORIDAZINE, QT_ANTIPSYCHOTICS),
    (QT_NEVER, ZIPRASIDONE, QT_OTHERS),
    (QT_NEVER, PIMOZIDE, SSRI),
    (QT_NEVER, THIORIDAZINE, FLUOXETINE),
    (QT_NEVER, THIORIDAZINE, FLUVOXAMINE),
    (QT_NEVER, THIORIDAZINE, PAROXETINE),
    (QT_NEVER, THIORIDAZINE, BUPROPION),
    (ANTAGONIST, OPIOID_ANTAGONISTS, OPIOIDS),
    (ANTAGONIST, OPIOID_ANTAGONISTS, BUPRENORPHINE),
    (GABAPENTINOID, OPIOIDS, GABAPENTINOIDS),
    (CONTRACEPTIVE, CARBAMAZEPINE, WEAKENED_CONTRACEPTIVES),
    (BLEEDING, ORAL_ANTICOAGULANTS, SSRI),
    (BLEEDING, ORAL_ANTICOAGULANTS, SNRI),
    (CLOZAPINE_LEVEL, CLOZAPINE, FLUVOXAMINE),
    (CLOZAPINE_LEVEL, CLOZAPINE, CIPROFLOXACIN),
    (MARROW, CLOZAPINE, CARBAMAZEPINE),
    (PSYCHOSIS, METRONIDAZOLE, DISULFIRAM),
]


@pytest.mark.parametrize(("check", "one", "other"), PAIRS)
def test_a_pair_is_told_whichever_of_the_two_is_being_ordered(check, one, other):
    (finding,) = judged(check, chart(taken(other, "2026-10-03", "the other")), draft_for(one, "This one"))

    assert finding.due
    assert finding.says().startswith("This one ordered with the other, active since 3 Oct 2026")
    assert is_due(check, chart(taken(one, "2026-10-03")), draft_for(other)) is True
    assert len(judged(check, chart(), draft_for(one), draft_for(other))) == 1
    assert is_due(check, chart(taken(ACE_INHIBITORS, "2026-10-03")), draft_for(one)) is False
    assert is_due(check, chart(gathered=all_but("MedicationRequest")), draft_for(one)) is None


@pytest.mark.parametrize(
    ("check", "one", "other"),
    [
        (MAO_B_PAIR, MAO_B_INHIBITORS, NOT_WITH_MAOI),
        (MAO_B_PAIR, MAO_B_INHIBITORS, SSRI),
        (MAO_B_ANTIDEPRESSANT, MAO_B_INHIBITORS, BUPROPION),
        (LINEZOLID_PAIR, LINEZOLID, STIMULANTS),
        (QT_NEVER, ZIPRASIDONE, SSRI),
        (QT_NEVER, THIORIDAZINE, SSRI),
        (QT_NEVER, QT_ANTIPSYCHOTICS, QT_OTHERS),
        (ANTAGONIST, OPIOID_ANTAGONISTS, NALOXONE),
        (GABAPENTINOID, GABAPENTINOIDS, BUPRENORPHINE),
        (CONTRACEPTIVE, VALPROATE, WEAKENED_CONTRACEPTIVES),
        (BLEEDING, ORAL_ANTICOAGULANTS, BUPROPION),
        (CLOZAPINE_LEVEL, CLOZAPINE, FLUOXETINE),
        (MARROW, CLOZAPINE, VALPROATE),
    ],
)
def test_what_is_no_such_pair_is_silent(check, one, other):
    assert is_due(check, chart(taken(other, "2026-10-03")), draft_for(one)) is False


PHENELZINE, TRANYLCYPROMINE = "8123", "10734"


def test_two_mao_inhibitors_are_a_pair_and_one_renewed_is_not():
    def taking(code):
        return chart(taken(MAOI, "2026-10-03", rxnorm=code))

    order = draft_for(MAOI, rxnorm=TRANYLCYPROMINE)
    assert is_due(MAOI_PAIR, taking(PHENELZINE), order) is True
    assert is_due(MAOI_PAIR, taking(TRANYLCYPROMINE), order) is False


def test_ziprasidone_with_methadone_is_told_once_and_no_ecg_makes_it_right():
    methadone = taken(QT_OTHERS, "2026-10-03", "Methadone")
    order = draft_for(ZIPRASIDONE, "Ziprasidone")

    for events in ((methadone,), (methadone, observed(ECG, "2026-11-20"))):
        assert told(QT_NEVER, chart(*events), order) == [
            "Ziprasidone ordered with Methadone, active since 3 Oct 2026: contraindicated, QT"
        ]
        assert is_due(QT_PAIR, chart(*events), order) is False


def test_two_of_the_strict_ones_meet_no_less():
    pimozide, thioridazine = draft_for(PIMOZIDE, rxnorm="8331"), draft_for(THIORIDAZINE, rxnorm="10502")

    assert is_due(QT_NEVER, chart(), pimozide, thioridazine) is True
    assert is_due(QT_NEVER, chart(taken(PIMOZIDE, "2026-10-03", rxnorm="8331")), pimozide) is False


def test_metronidazole_on_the_skin_meets_nothing():
    disulfiram = ordered("disulfiram 250 mg tablet")

    assert is_due(PSYCHOSIS, coded_chart(), disulfiram, ordered("metronidazole 0.75 % topical gel")) is False


def ordered(name):
    """An order of a host EHR that sends words and no code."""
    medicine = {"text": name}
    return draft_for(SSRI, medicationCodeableConcept=medicine)


BY_WORDS = {
    "demerol": ("Demerol 50 mg tablet", "phenelzine 15 mg tablet", MAOI_PAIR),
    "a cough syrup": ("dextromethorphan-guaifenesin 10-100 mg/5 mL syrup", "Azilect 1 mg tablet", MAO_B_PAIR),
    "a muscle relaxant": ("Flexeril 10 mg tablet", "Xadago 50 mg tablet", MAO_B_PAIR),
    "an SSRI with rasagiline": ("Zoloft 50 mg tablet", "rasagiline 1 mg tablet", MAO_B_ANTIDEPRESSANT),
    "trazodone with linezolid": ("trazodone 50 mg tablet", "Zyvox 600 mg tablet", LINEZOLID_PAIR),
    "aricept with pimozide": ("Aricept 10 mg tablet", "Orap 2 mg tablet", QT_NEVER),
    "plaquenil with ziprasidone": ("Plaquenil 200 mg tablet", "Geodon 40 mg capsule", QT_NEVER),
    "samidorphan": ("oxycodone 5 mg tablet", "Lybalvi 10-10 mg tablet", ANTAGONIST),
    "Contrave": ("oxycodone 5 mg tablet", "Contrave 8-90 mg ER tablet", ANTAGONIST),
    "Contrave by its ingredients": (
        "oxycodone 5 mg tablet",
        "naltrexone-bupropion 8-90 mg ER tablet",
        ANTAGONIST,
    ),
    "a triptan with phenelzine": ("Imitrex 50 mg tablet", "Nardil 15 mg tablet", MAOI_PAIR),
    "a decongestant with phenelzine": ("Sudafed 30 mg tablet", "Nardil 15 mg tablet", MAOI_PAIR),
    "Flagyl with Antabuse": ("Flagyl 500 mg tablet", "Antabuse 250 mg tablet", PSYCHOSIS),
    "naltrexone": ("Percocet 5-325 mg tablet", "naltrexone 50 mg tablet", ANTAGONIST),
    "a DOAC": ("Lexapro 10 mg tablet", "Eliquis 5 mg tablet", BLEEDING),
    "gabapentin": ("Norco 5-325 mg tablet", "Neurontin 300 mg capsule", GABAPENTINOID),
}


@pytest.mark.parametrize(("one", "other", "check"), BY_WORDS.values(), ids=BY_WORDS)
def test_they_are_known_by_their_names_and_brands(one, other, check):
    assert is_due(check, coded_chart(), ordered(one), ordered(other)) is True
