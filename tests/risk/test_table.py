"""A flat extract: what its columns become, and what is refused."""

from __future__ import annotations

import gzip
import random

import pytest

from measures.risk.table.encoding import refuse_cost
from measures.risk.table.icd import block, chapter
from measures.risk.table.reading import TableError, read_table
from measures.risk.table.rows import training_data


def table(tmp_path, header, *rows):
    file = tmp_path / "extract.csv"
    file.write_text("\n".join([header, *rows]) + "\n")
    return read_table(file)


def rows(count=200):
    chance = random.Random(1)  # noqa: S311 - made-up rows
    for number in range(count):
        icd = chance.choice(["250.01", "428.0", "V27", "F32.1"])
        yield (
            f"e{number},p{number // 2},{chance.randint(20, 90)},{icd},2026-01-{1 + number % 28:02d},White,,7,"
            f"{number % 5 == 0:d}"
        )


HEADER = "id,who,age,diag_1,admitted,race,nothing,same,y"


def test_numbers_and_diagnoses_are_inputs_and_what_is_none_is_said(tmp_path):
    data, encoding = training_data(table(tmp_path, HEADER, *rows()), "y", "who", "id")

    assert list(dict.fromkeys(one.name for one in encoding.columns)) == ["age", "diag_1"]
    assert "diag_1 (chapter)" in {column.id for column in data.columns}
    notes = " ".join(data.notes)
    for said in ("admitted: a date", "race: race and ethnicity", "nothing: always missing", "same: always"):
        assert said in notes


def test_rows_that_repeat_another_are_left_out_and_said(tmp_path):
    held = list(rows(100))
    data, _ = training_data(table(tmp_path, HEADER, *held, *held[:3]), "y", "who", "id")

    assert len(data.x) == 100
    assert any("3 rows that repeat another" in note for note in data.notes)


@pytest.mark.parametrize(("group", "warned"), [("id", True), ("who", False)])
def test_a_group_of_single_rows_is_asked_about_since_it_may_not_be_the_patient(tmp_path, group, warned):
    data, _ = training_data(table(tmp_path, HEADER, *rows()), "y", group, "id")

    assert any(f"each {group} has one row" in note for note in data.notes) is warned


def test_nan_and_infinity_are_missing_and_a_range_is_its_middle(tmp_path):
    cells = ["nan", "inf", "[70-80)", "12"] * 20
    held = table(tmp_path, "id,who,age,y", *(f"e{n},p{n},{cell},{n % 2}" for n, cell in enumerate(cells)))
    data, _ = training_data(held, "y", "who", "id")

    column = [column.id for column in data.columns].index("age") if len(data.columns) == 1 else None
    assert column is None or data.x[2, column] == 75


@pytest.mark.parametrize(("levels", "ranked"), [(14, False), (15, True)])
def test_of_15_levels_and_more_it_is_told_how_rare_each_is(tmp_path, levels, ranked):
    """Level k is seen 10 + k times, and one more too seldom to be a level."""
    wards = [f"ward {level}" for level in range(levels) for _ in range(10 + level)] + ["seldom"] * 9
    lines = (f"e{row},p{row},{ward},{row % 2}" for row, ward in enumerate(wards))
    data, _ = training_data(table(tmp_path, "id,who,ward,y", *lines), "y", "who", "id")
    at = [column.id for column in data.columns]

    assert ("ward, rank" in at) is ranked
    if ranked:
        rank = data.x[:, at.index("ward, rank")]
        assert [rank[wards.index(f"ward {level}")] for level in range(levels)] == list(range(15, 0, -1))
        assert rank[wards.index("seldom")] == 16


def test_the_numbers_of_a_table_count_by_order_of_magnitude(tmp_path):
    data, _ = training_data(table(tmp_path, HEADER, *rows()), "y", "who", "id")

    assert {column.id for column in data.columns if column.logged} == {
        "age",
        "age (mean before)",
        "age (change)",
        "(earlier rows)",
    }


def test_a_cost_is_no_target_and_the_reason_is_told():
    with pytest.raises(TableError, match="access to care, not need"):
        refuse_cost("total_cost")
    refuse_cost("costochondritis")


def test_a_target_that_is_no_yes_or_no_is_named_with_its_line(tmp_path):
    held = table(tmp_path, "id,who,age,y", "e1,p1,30,0", "e2,p2,40,3")

    with pytest.raises(TableError, match="line 3: y is '3'"):
        training_data(held, "y", "who", "id")


def test_a_line_with_too_few_cells_is_named(tmp_path):
    with pytest.raises(TableError, match=r"extract\.csv:3: 2 cells where the header names 3"):
        table(tmp_path, "id,who,y", "e1,p1,0", "e2,p2")


def test_a_gzipped_table_is_read_as_a_plain_one(tmp_path):
    file = tmp_path / "t.csv.gz"
    file.write_bytes(gzip.compress(b"id,who,y\ne1,p1,?\n"))

    assert read_table(file).columns == {"id": ["e1"], "who": ["p1"], "y": [None]}


@pytest.mark.parametrize(
    ("code", "named", "first"),
    [
        ("250.01", "endocrine", "250"),
        ("V27", "service", "V27"),
        ("E849.0", "external", "E849"),
        ("E11.65", "endocrine", "E11"),
        ("F32.1", "mental", "F32"),
        ("D50", "blood", "D50"),
        ("D49", "neoplasm", "D49"),
        ("296.2", "mental", "296"),
    ],
)
def test_a_code_has_a_chapter_and_a_block_in_icd_9_and_10(code, named, first):
    assert (chapter(code), block(code)) == (named, first)
