"""CMS-HCC scores: what each category is worth after hierarchies and interactions, as published."""

from datetime import date

import pytest

from measures.risk.hcc.raf import Person, category_of, payment_age, raf

AGED = Person(age=70, sex="F")
DISABLED_DUAL = Person(age=45, sex="M", dual="02", orec="1")


@pytest.mark.parametrize(
    ("code", "aged", "disabled_dual"),
    [
        ("F200", 0.511, 0.414),
        ("F323", 0.484, 0.255),
        ("F319", 0.351, 0.126),
        ("F332", 0.299, 0.126),
        ("F1120", 0.424, 0.471),
        ("F1110", 0.423, 0.384),
        ("F1020", 0.242, 0.250),
    ],
)
def test_the_behavioral_categories_of_v28_have_their_published_coefficients(code, aged, disabled_dual):
    for person, coefficient in ((AGED, aged), (DISABLED_DUAL, disabled_dual)):
        [hcc] = raf([code], person, "V28").hccs
        assert (hcc.coefficient, hcc.marginal) == (coefficient, coefficient)


@pytest.mark.parametrize("code", ["F320", "F329", "F32A", "F339", "F411", "F4310", "F1010", "Z590", "R45851"])
def test_what_pays_nothing_in_v28_reaches_no_category(code):
    assert category_of(code, "V28") is None
    assert raf([code], AGED, "V28").score == raf([], AGED, "V28").score


def test_a_graver_category_sets_the_lesser_aside_and_is_worth_only_the_difference():
    both = raf(["F200", "F332"], AGED, "V28")

    assert ([hcc.number for hcc in both.hccs], both.set_aside) == (["151"], ("155",))
    assert both.hccs[0].coefficient == 0.511
    assert both.hccs[0].marginal == pytest.approx(0.511 - 0.299)


def test_an_interaction_is_named_and_lost_with_either_of_its_categories():
    result = raf(["F200", "F1120"], DISABLED_DUAL, "V28")

    assert list(result.interactions.values()) == [0.152]
    assert [hcc.marginal for hcc in result.hccs] == pytest.approx([0.471 + 0.152, 0.414 + 0.152])
    assert result.score == pytest.approx(result.demographic + 0.471 + 0.414 + 0.152)


def test_v24_counts_the_same_code_in_its_own_category():
    assert [hcc.number for hcc in raf(["F332"], AGED, "V24").hccs] == ["59"]


@pytest.mark.parametrize(("born", "age"), [(date(1961, 2, 1), 65), (date(1961, 2, 2), 64)])
def test_age_counts_on_the_first_of_february_of_the_payment_year(born, age):
    assert payment_age(born, service_year=2025) == age
