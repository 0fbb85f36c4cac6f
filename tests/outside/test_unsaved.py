"""Unsaved forms are given back to who filled them in, in that chart, for some hours, and to nobody else."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import func, select, text

from cds_service.outside.tables.unsaved import UnsavedFormRow
from cds_service.outside.unsaved import KEPT_HOURS, LARGEST_FORM, MOST_FORMS, Owner, UnsavedForms
from cds_service.outside.vault import Tampered

MINE = Owner("riverside", "p1", "Practitioner/7")
ANSWERS = {"item1": ["2"], "why": ["tired", "worried"]}


@pytest.fixture
def forms(database, vault) -> UnsavedForms:
    return UnsavedForms(database, vault)


def rows_in(database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(UnsavedFormRow)).scalar_one()


def test_a_form_is_found_as_it_was_sent_as_often_as_it_is_looked_for(forms):
    assert forms.keep(MINE, "assess/PHQ-9", ANSWERS)

    for _ in range(2):
        found = forms.find(MINE, "assess/PHQ-9")
        assert found is not None
        assert found.fields == {"item1": ("2",), "why": ("tired", "worried")}
        assert (found.value("item1"), found.value("item9", "none")) == ("2", "none")
    assert list(forms.waiting(MINE)) == ["assess/PHQ-9"]


@pytest.mark.parametrize(
    "other",
    [
        Owner("lakeside", "p1", "Practitioner/7"),
        Owner("riverside", "p2", "Practitioner/7"),
        Owner("riverside", "p1", "Practitioner/8"),
        Owner("riverside", "p1", None),
    ],
)
def test_nobody_else_is_given_it_nor_told_of_it_nor_can_drop_it(forms, other):
    forms.keep(MINE, "note", ANSWERS)

    forms.forget(other, "note")

    assert forms.find(other, "note") is None
    assert forms.waiting(other) == {}
    assert forms.find(MINE, "note") is not None


def test_a_user_who_is_not_known_owns_nothing(forms, database):
    assert not forms.keep(Owner("riverside", "p1", None), "note", ANSWERS)
    assert rows_in(database) == 0


def test_the_last_of_two_with_one_name_is_kept(forms, database):
    forms.keep(MINE, "note", {"text": ["first"]})
    forms.keep(MINE, "note", {"text": ["second"]})

    assert rows_in(database) == 1
    assert forms.find(MINE, "note").value("text") == "second"


def test_what_was_saved_after_all_is_forgotten(forms, database):
    forms.keep(MINE, "note", ANSWERS)
    forms.keep(MINE, "other", ANSWERS)

    forms.forget(MINE, "note")

    assert list(forms.waiting(MINE)) == ["other"]


@pytest.mark.parametrize(("size", "kept"), [(LARGEST_FORM, True), (LARGEST_FORM + 1, False)])
def test_a_form_has_a_largest_size(forms, size, kept):
    around = len('{"t":[""]}')

    assert forms.keep(MINE, "note", {"t": ["x" * (size - around)]}) is kept


@pytest.mark.parametrize("name", ["", "x" * 257])
def test_a_form_has_a_name_of_some_length(forms, name):
    assert not forms.keep(MINE, name, ANSWERS)


def test_of_too_many_forms_the_oldest_go(forms):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        for number in range(MOST_FORMS + 2):
            forms.keep(MINE, f"form-{number}", ANSWERS)
            clock.shift(1)

        assert list(forms.waiting(MINE)) == [f"form-{n}" for n in range(MOST_FORMS + 1, 1, -1)]


@pytest.mark.parametrize(("seconds", "found"), [(KEPT_HOURS * 3600 - 1, True), (KEPT_HOURS * 3600, False)])
def test_a_form_is_kept_for_a_shift_and_then_removed(forms, database, seconds, found):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        forms.keep(MINE, "note", ANSWERS)
        clock.shift(seconds)

        assert (forms.find(MINE, "note") is not None) is found
        assert bool(forms.waiting(MINE)) is found
        forms.keep(Owner("riverside", "p9", "Practitioner/9"), "note", ANSWERS)
        assert rows_in(database) == 1 + found


def test_what_was_entered_cannot_be_read_in_the_database_nor_moved_to_another_chart(forms, database):
    forms.keep(MINE, "note", {"text": ["canary in the form"]})
    with database.transaction() as connection:
        stored = str(connection.execute(text("SELECT * FROM unsaved_form")).all())
        connection.execute(text("UPDATE unsaved_form SET patient_id = 'p2'"))

    assert "canary" not in stored
    with pytest.raises(Tampered):
        forms.find(Owner("riverside", "p2", "Practitioner/7"), "note")
