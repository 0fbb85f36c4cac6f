"""What a table tells of a patient's past: the rows before, by id, and never a later one."""

from __future__ import annotations

import numpy as np
import pytest

from measures.risk.table.history import past_of
from measures.risk.table.reading import Table
from measures.risk.table.rows import training_data

NOTHING = np.empty((1, 0))


def told(ids, who, numbers):
    """The means before, the changes and how many came before, of the one number of a table."""
    held = Table({"id": ids, "who": who, "n": numbers})
    now = np.array([[np.nan if cell is None else float(cell)] for cell in numbers])
    return past_of([held], "who", "id", ["n"]).matrix(who, ids, now).T


def test_only_rows_with_a_smaller_id_of_the_same_patient_came_earlier():
    ids, who = ["10", "9", "11", "12", None], ["a", "a", "a", "b", "a"]

    assert told(ids, who, ["1"] * 5)[2].tolist() == [1, 0, 2, 0, 0]


def test_a_number_is_told_as_the_mean_of_the_rows_before_and_as_its_change_since_the_last():
    means, changes, _ = told(["3", "1", "2", "4"], ["a"] * 4, ["9", "2", "4", "1"])

    assert means == pytest.approx([3, np.nan, 2, 5], nan_ok=True)
    assert changes == pytest.approx([5, np.nan, 2, -8], nan_ok=True)


def test_a_number_that_is_missing_counts_for_no_mean_and_has_no_change():
    means, changes, _ = told(["1", "2", "3", "4"], ["a"] * 4, [None, "4", None, "6"])

    assert means == pytest.approx([np.nan, np.nan, 4, 4], nan_ok=True)
    assert changes == pytest.approx([np.nan] * 4, nan_ok=True)


def test_what_comes_later_changes_nothing():
    before = told(["1", "2"], ["a", "a"], ["3", "5"])
    after = told(["1", "2", "3"], ["a", "a", "a"], ["3", "5", "70"])

    assert after[:, :2] == pytest.approx(before, nan_ok=True)


def test_the_past_of_a_patient_hangs_on_nobody_else():
    alone = told(["5", "7", "8"], ["b"] * 3, [".1", ".2", ".7"])
    among = told(["1", "5", "7", "8", "9"], ["a", "b", "b", "b", "c"], ["1e9", ".1", ".2", ".7", "3"])

    assert among[:, 1:4].tolist()[2] == alone.tolist()[2]
    assert (among[:2, 2:4] == alone[:2, 1:]).all()


def test_a_row_given_twice_came_once():
    assert told(["1", "1", "2"], ["a", "a", "a"], ["3", "3", "5"])[2].tolist() == [0, 0, 1]


def test_the_past_is_told_across_the_parts_of_a_file_and_is_0_without_the_patients_column():
    parts = [Table({"id": ["2"], "who": ["a"]}), Table({"id": ["1"], "who": ["a"]})]

    assert past_of(parts, "who", "id").matrix(["a"], ["2"], NOTHING).tolist() == [[1]]
    assert past_of([Table({"id": ["2"]})], "who", "id").matrix([None], ["2"], NOTHING).tolist() == [[0]]


def test_a_table_whose_ids_are_no_numbers_has_no_past_and_says_so():
    held = Table({"id": ["r1", "r2"], "who": ["a", "a"], "n": ["1", "2"], "y": ["0", "1"]})
    data, _ = training_data(held, "y", "who", "id")

    assert np.isnan(data.x[:, [column.id == "n (change)" for column in data.columns]]).all()
    assert any("no numbers in id" in note for note in data.notes)
