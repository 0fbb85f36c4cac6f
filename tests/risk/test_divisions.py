"""By what groups of a table are compared when nobody says it, and when somebody does."""

from __future__ import annotations

import pytest

from measures.risk.table.divisions import divisions
from measures.risk.table.reading import Table, TableError

TABLE = Table(
    {
        "id": ["1", "2", "3"],
        "race": ["A", None, "B"],
        "patientSex": ["f", "m", "f"],
        "AGE_YEARS": ["17", "80", None],
        "age_band": ["[0-10)", "[70-80)", "[70-80)"],
        "average_stay": ["1", "2", "3"],
        "body_language_class": ["x", "x", "x"],
        "site": ["n", "s", "s"],
    }
)


def test_columns_about_people_are_compared_and_what_cannot_differ_is_not():
    assert divisions(TABLE, [0, 1, 2]) == {
        "race": ["A", "(missing)", "B"],
        "patientSex": ["f", "m", "f"],
        "AGE_YEARS": ["00 to 17", "80 and older", "(missing)"],
        "age_band": ["[0-10)", "[70-80)", "[70-80)"],
    }


def test_only_rows_that_are_kept_are_in_a_group():
    assert divisions(TABLE, [0, 2])["race"] == ["A", "B"]
    assert "patientSex" not in divisions(TABLE, [0, 2])


def test_what_is_asked_for_is_compared_alone():
    assert divisions(TABLE, [0, 1, 2], ["site"]) == {"site": ["n", "s", "s"]}


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(TableError, match=r"--by: the table has no column ward"):
        divisions(TABLE, [0], ["site", "ward"])


def test_more_groups_than_can_be_compared_are_left_out_unless_asked_for():
    many = Table({"payer": [f"p{n}" for n in range(31)]})

    assert divisions(many, range(31)) == {}
    assert len(divisions(many, range(30))["payer"]) == 30
    assert len(divisions(many, range(31), ["payer"])["payer"]) == 31
