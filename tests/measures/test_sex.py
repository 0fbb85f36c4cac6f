"""The patient's sex, as far as the record gives it."""

import pytest

from measures.events import RecordCannotSay
from measures.shared.sex import US_CORE, female
from measures.time import Period
from tests.clinic import chart

YEAR = Period.year(2026)
SEX, BIRTH_SEX = US_CORE + "us-core-sex", US_CORE + "us-core-birthsex"


@pytest.mark.parametrize(
    ("patient", "says"),
    [
        ({"gender": "female"}, True),
        ({"gender": "male"}, False),
        ({"gender": "male", "extension": [{"url": BIRTH_SEX, "valueCode": "F"}]}, True),
        (
            {
                "extension": [
                    {"url": BIRTH_SEX, "valueCode": "F"},
                    {"url": SEX, "valueCode": "248153007"},
                ]
            },
            False,
        ),
    ],
)
def test_the_best_of_what_is_given_decides(patient, says):
    assert female.test(chart(**patient), YEAR) is says


@pytest.mark.parametrize(
    "patient",
    [
        {},
        {"gender": "unknown"},
        {"gender": ["female"]},
        {"gender": "female", "extension": [{"url": BIRTH_SEX, "valueCode": "UNK"}]},
        {"gender": "female", "extension": [{"url": BIRTH_SEX, "valueCode": {"code": "F"}}]},
    ],
)
def test_what_is_not_given_or_cannot_be_read_is_not_guessed(patient):
    with pytest.raises(RecordCannotSay, match="does not give the patient's sex"):
        female.test(chart(**patient), YEAR)


@pytest.mark.parametrize("extension", [7, True, "F", [None], [{"url": ["x"]}], [{"url": {"a": 1}}]])
def test_extensions_that_cannot_be_read_are_as_none(extension):
    assert female.test(chart(gender="female", extension=extension), YEAR) is True
