"""RxNorm products outside our own sets, brands too: told by the name beside their code."""

from __future__ import annotations

import pytest

from measures.orders.medicines import (
    ACE_INHIBITORS,
    ANTIPSYCHOTIC,
    BARBITURATES,
    BUPROPION,
    NSAIDS,
    OPIOIDS,
    SSRI,
    STIMULANTS,
    THIAZIDES,
)
from measures.orders.named_medicines import by_words
from measures.terminology import RXNORM, ValueSet, Vocabulary
from tests.measures.orders.test_named_medicines import EVERY as COMMON
from tests.measures.orders.test_named_medicines import STARTER, medicine

EVERY = (*COMMON, BARBITURATES, BUPROPION, STIMULANTS)


def rxnorm(name: str, code: str = "0") -> dict[str, str]:
    """A coding of a product that is in none of our sets."""
    return {"system": RXNORM, "code": code} | ({"display": name} if name else {})


BY_RXNORM_NAME: dict[str, set[ValueSet]] = {
    "buPROPion hydrochloride 150 MG Extended Release Oral Tablet [Wellbutrin]": {BUPROPION},
    "Wellbutrin": {BUPROPION},
    "Wellbutrin Oral Product": {BUPROPION},
    "bupropion Extended Release Oral Tablet [Zyban]": {BUPROPION},
    "bupropion hydrochloride 90 MG / naltrexone hydrochloride 8 MG Oral Tablet [Contrave]": {BUPROPION},
    "acetaminophen 325 MG / HYDROcodone bitartrate 10 MG Oral Tablet [Norco]": {OPIOIDS},
    "amphetamine aspartate 2.5 MG / amphetamine sulfate 2.5 MG / dextroamphetamine saccharate 2.5 MG / "
    "dextroamphetamine sulfate 2.5 MG Oral Tablet [Adderall]": {STIMULANTS},
    "hydrochlorothiazide 12.5 MG / lisinopril 20 MG Oral Tablet [Zestoretic]": {ACE_INHIBITORS, THIAZIDES},
    "Zestoretic": {ACE_INHIBITORS, THIAZIDES},
    "fluoxetine 25 MG / olanzapine 6 MG Oral Capsule [Symbyax]": {ANTIPSYCHOTIC, SSRI},
    "nabumetone 500 MG Oral Tablet [Relafen]": {NSAIDS},
    "mefenamic acid 250 MG Oral Capsule": {NSAIDS},
    "Daypro": {NSAIDS},
    "acetaminophen 325 MG / butalbital 50 MG / caffeine 40 MG Oral Tablet [Esgic]": {BARBITURATES},
    "azilsartan medoxomil 40 MG / chlorthalidone 25 MG Oral Tablet [Edarbyclor]": {THIAZIDES},
    "diclofenac sodium 0.01 MG/MG Topical Gel [Voltaren]": set(),
    "168 HR buprenorphine 0.01 MG/HR Transdermal System [Butrans]": set(),
    "24 HR metformin hydrochloride 500 MG Oral Tablet [Glucophage]": set(),
    "lithiumlike 5 MG Oral Tablet": set(),
}


@pytest.mark.parametrize(("name", "named"), BY_RXNORM_NAME.items())
def test_a_product_that_is_not_in_our_sets_is_told_by_the_name_beside_its_code(
    name: str, named: set[ValueSet]
):
    codes = by_words(medicine("", rxnorm(name)), STARTER)

    found = {one for one in EVERY if any(STARTER.holds(one, code) for code in codes or ())}
    assert found == named
    assert (codes is None) == (not named)


def test_what_else_is_said_of_a_product_may_not_contradict_its_name():
    lithium = rxnorm("lithium carbonate 150 MG Oral Capsule")

    assert by_words(medicine("Lithium 150 mg", lithium), STARTER)
    assert by_words(medicine("psych med, check the level", lithium), STARTER)
    assert by_words(medicine("stop lithium", lithium), STARTER)  # the code says that it is lithium
    assert not by_words(medicine("ibuprofen 600 mg", lithium), STARTER)
    assert not by_words(medicine("lithium", rxnorm("metformin hydrochloride 500 MG Oral Tablet")), STARTER)
    assert not by_words(medicine("", lithium, rxnorm("ibuprofen 600 MG Oral Tablet", "1")), STARTER)


def test_a_code_without_a_name_is_told_by_the_text_or_not_at_all():
    assert by_words(medicine("Wellbutrin XL 300 mg", rxnorm("")), STARTER)
    assert by_words(medicine("no lithium", rxnorm("")), STARTER) is None
    assert by_words(medicine("", rxnorm("")), STARTER) == frozenset()


def test_a_code_that_only_other_sets_hold_is_told_by_its_name():
    """An official value set of antidepressants does not say which one it is."""
    wellbutrin = rxnorm("bupropion hydrochloride 150 MG Extended Release Oral Tablet [Wellbutrin]")
    official = Vocabulary(
        {**STARTER.codes_in, "2.16.840.1.113883.3.464.1003.196.12.1213": [(RXNORM, "0")]},
        label="official",
        content_hash="official",
        for_reporting=True,
    )

    assert by_words(medicine("", wellbutrin), official) == by_words(medicine("bupropion"), STARTER)
