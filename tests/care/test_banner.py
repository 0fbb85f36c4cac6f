"""Who the patient is, and the line that is the same for everybody."""

import pytest

from measures.consent import disclosable
from smart_app.care.banner import banner
from tests.care.desk import TODAY
from tests.clinic import PART_2, chart, event


def shown(**patient):
    return banner(chart(**patient), TODAY)


def test_the_official_name_wins():
    names = [{"use": "nickname", "given": ["Dee"]}, {"use": "official", "given": ["Dana"], "family": "Reyes"}]

    assert shown(name=names).name == "Dana Reyes"
    assert shown(name=[{"text": "Dana R."}]).name == "Dana R."
    assert shown().name == "Name not recorded"


def test_the_record_number_is_the_identifier_typed_so():
    number = {"type": {"coding": [{"code": "MR"}]}, "value": "001234"}

    assert shown(identifier=[{"value": "ssn"}, number]).record_number == "001234"
    assert shown(identifier=[{"value": "ssn"}]).record_number == ""


def test_age_stops_at_death():
    found = shown(born="1950-01-02", deceasedDateTime="2010-08-26T03:00:00Z")

    assert (found.age, found.died) == ("60 y", "died 26 Aug 2010")
    assert shown(deceasedBoolean=True).died == "deceased"


@pytest.mark.parametrize(("born", "age"), [("1950", "about 76 y"), ("1950-12", "about 75 y")])
def test_a_year_or_a_month_of_birth_gives_about_an_age(born, age):
    assert shown(born=born).age == age
    assert shown(born=born, deceasedDateTime="1949-01-01").age == ""


@pytest.mark.parametrize(("born", "said"), [("soon", "soon"), ("0000", "0000"), ("1950-13", "1950-13")])
def test_a_birth_date_that_is_no_date_gives_no_age(born, said):
    found = shown(born=born)

    assert (found.age, found.born) == ("", said)


def test_records_of_a_part_2_programme_are_left_out_until_a_consent_can_allow_them():
    kept, hidden = event("Condition"), event("Condition", meta=PART_2)

    assert disclosable([kept, hidden]) == [kept]


@pytest.mark.parametrize("security", ["42CFRPart2", {"code": "R"}, [None]])
def test_a_label_that_cannot_be_read_protects(security):
    assert disclosable([event("Condition", meta={"security": security})]) == []


def test_other_labels_do_not_hide_a_record():
    assert len(disclosable([event("Condition", meta={"security": [{"code": "R"}]})])) == 1
