"""Codes that the value sets of the order checks must hold, for a chart that has them is asked about."""

import pytest

from measures.orders import medicines as m
from measures.orders import problems as p
from measures.terminology import ICD10CM, RXNORM
from measures.vocabulary import starter_vocabulary

VOCABULARY = starter_vocabulary()


@pytest.mark.parametrize(
    ("value_set", "code"),
    [
        (p.DEMENTIA, "F03.911"),  # with agitation: what antipsychotics are given for
        (p.DEMENTIA, "F01.C18"),
        (p.DEMENTIA, "F02.B11"),
        (p.DEMENTIA, "G31.09"),
        (p.SEIZURES, "G40.804"),
        (p.SEIZURES, "G40.B09"),
        (p.EATING_DISORDERS, "F50.019"),  # from October 2024 on in place of F50.01
        (p.EATING_DISORDERS, "F50.25"),  # in remission: in the past is contraindicated too
        (p.SEDATIVE_WITHDRAWAL, "F10.232"),
        (p.SEDATIVE_WITHDRAWAL, "F13.931"),
        (p.PREGNANT, "Z34.03"),
        (p.PREGNANT, "O09.513"),
        (p.PREGNANT, "Z3A.12"),
        (p.PREGNANT, "O99.342"),
        (p.PREGNANCY_ENDED, "Z37.0"),
        (p.PREGNANCY_ENDED, "O03.9"),
        (p.CANNOT_CONCEIVE, "N95.2"),
        (p.CONTRACEPTION, "Z30.44"),
    ],
)
def test_a_diagnosis_that_stands_for_the_problem_is_in_its_set(value_set, code):
    assert VOCABULARY.holds(value_set, (ICD10CM, code))


@pytest.mark.parametrize(
    ("value_set", "code"),
    [
        (p.CANNOT_CONCEIVE, "N95.1"),  # symptoms of the years before menopause, too
        (p.PREGNANT, "O99.345"),  # after the birth
        (p.EATING_DISORDERS, "F50.811"),  # binge eating without purging is no contraindication
        (p.SEDATIVE_WITHDRAWAL, "F10.20"),
        (p.DEMENTIA, "G31.84"),  # mild cognitive impairment
    ],
)
def test_a_diagnosis_that_does_not_is_not(value_set, code):
    assert not VOCABULARY.holds(value_set, (ICD10CM, code))


def test_chlordiazepoxide_has_its_own_code_and_not_that_of_another():
    assert VOCABULARY.holds(m.BENZODIAZEPINES, (RXNORM, "2356"))
    assert not VOCABULARY.holds(m.BENZODIAZEPINES, (RXNORM, "2353"))


@pytest.mark.parametrize(
    ("code", "weakened"),
    [
        ("748856", True),  # a pill
        ("389221", True),  # an implant
        ("1000126", False),  # by injection
        ("807283", False),  # an intrauterine system
    ],
)
def test_contraceptives_that_hold_beside_carbamazepine_are_told_apart(code, weakened):
    assert VOCABULARY.holds(m.CONTRACEPTIVES, (RXNORM, code))
    assert VOCABULARY.holds(m.WEAKENED_CONTRACEPTIVES, (RXNORM, code)) is weakened


@pytest.mark.parametrize("name", [m.BENZODIAZEPINES, m.TRICYCLICS])
def test_amitriptyline_with_chlordiazepoxide_is_both(name):
    assert VOCABULARY.holds(name, (RXNORM, "856792"))
