"""The report: what it says, what it hides, and the model card with all 31 source attributes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from measures.risk.data import Column
from measures.risk.drift import profile, psi
from measures.risk.groups import UNKNOWN
from measures.risk.model_card import source_attributes
from measures.risk.report import report_on
from measures.risk.report_page import as_page
from measures.risk.table.history import EARLIER, SAYS
from tests.risk.charts import made_up
from tests.risk.models import taught


@pytest.fixture(scope="module")
def told(data):
    model = taught(data, "logistic")
    who = np.array(data.groups)
    everybody = list(dict.fromkeys(data.groups))
    few, some = set(everybody[:10]), set(everybody[10:21])
    names = ["<few>" if one in few else "some" if one in some else "many" for one in who]
    return report_on(model, data, {"language": names}, everybody=True)


def test_the_card_has_the_31_source_attributes_and_says_which_only_the_organisation_can_fill(told):
    attributes = [value for held in told["source_attributes"].values() for value in held.values()]

    assert len(attributes) == 31
    assert all(attributes)
    assert any("To be filled in by the organisation" in value for value in attributes)
    assert any("unproven until validated" in value for value in attributes)


@pytest.mark.parametrize("looks_back", [True, False])
def test_the_card_of_a_model_that_looks_at_earlier_rows_says_what_it_takes_of_their_ids(
    told, data, looks_back
):
    first = Column(EARLIER, SAYS) if looks_back else data.columns[0]
    model = taught(replace(data, columns=(first, *data.columns[1:])), "logistic")
    limits = source_attributes(model, told)["Cautionary use"]

    assert ("ids rise with time" in " ".join(limits.values())) is looks_back


def test_a_group_of_ten_patients_is_not_shown_and_a_larger_one_has_its_intervals(told):
    few, many, some = told["horizons"]["90"]["subgroups"]["language"]

    assert few == {"group": "<few>", "rows": "fewer than 11", "note": "not shown"}
    assert some == {"group": "some", "note": "not shown: it would tell the one that is too small"}
    for figure in ("auroc", "observed_over_expected", "sensitivity", "ppv"):
        assert many[figure]["low"] <= many[figure]["value"] <= many[figure]["high"]


@pytest.mark.parametrize(("eleven", "shown"), [(10, False), (11, True)])
def test_two_groups_are_shown_only_where_neither_is_too_small(data, eleven, shown):
    model = taught(data, "logistic")
    few = set(list(dict.fromkeys(data.groups))[:eleven])
    names = ["few" if one in few else "many" for one in data.groups]

    found = report_on(model, data, {"language": names}, everybody=True)["horizons"]["90"]["subgroups"]

    assert ["auroc" in one for one in found["language"]] == [shown, shown]
    if shown:
        assert found["language"][0]["note"] == "few events"
        assert found["language"][1]["note"] == ""


@pytest.mark.parametrize(("sizes", "shown"), [((3, 4), False), ((5, 5), False), ((5, 6), True)])
def test_another_group_is_left_out_until_nobody_can_be_told_from_the_sums(data, sizes, shown):
    model = taught(data, "logistic")
    everybody = list(dict.fromkeys(data.groups))
    few, fewer = set(everybody[: sizes[0]]), set(everybody[sizes[0] : sum(sizes)])
    some = set(everybody[sum(sizes) : sum(sizes) + 20])
    named = {"a": few, "b": fewer, "some": some}
    names = [next((name for name, held in named.items() if one in held), "many") for one in data.groups]

    found = report_on(model, data, {"language": names}, everybody=True)["horizons"]["90"]["subgroups"]

    assert {one["group"]: "events" in one for one in found["language"]} == {
        "a": False,
        "b": False,
        "many": True,
        "some": shown,
    }


def test_the_page_draws_without_script_and_escapes_what_came_from_outside(told):
    page = as_page(told)

    assert page.count("<svg") == 6
    assert "<script" not in page
    assert "&lt;few&gt;" in page
    assert "<few>" not in page
    assert "http" not in page


def test_the_same_rows_are_stable_and_other_ones_alarm(told):
    assert {one["stands"] for one in told["drift"]} == {"stable"}
    assert psi(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0
    assert psi(np.array([0.5, 0.5]), np.array([0.9, 0.1])) > 0.25


def test_the_missing_are_a_range_of_their_own_in_a_profile():
    data = made_up(200)
    data.x[:50, 0] = np.nan
    held = profile(data, np.full(len(data.x), 0.5))[data.columns[0].id]

    assert held["shares"][-1] == pytest.approx(np.isnan(data.x[:, 0]).mean())
    assert sum(held["shares"]) == pytest.approx(1)


def test_what_decides_stands_open_and_the_rest_is_folded_and_found_by_the_contents(told):
    page = as_page(told)

    for at, heading in enumerate(["Verdict", "Within 90 days", "By group", "Within 60 days"], start=1):
        assert f'<a href="#s{at}">{heading}</a>' in page
        assert f'<h2 id="s{at}">{heading}</h2>' in page
    assert page.index("By group") < page.index("Within 60 days</h2>")
    assert f"<summary>As at training ({len(told['drift'])})</summary>" in page
    assert "Nothing looks otherwise than at training." in page
    assert page.count("<summary>Calibration as a table</summary>") == 3


def test_groups_that_are_not_shown_are_one_sentence_and_a_division_nobody_is_recorded_in_another(data):
    model = taught(data, "logistic")
    few = set(list(dict.fromkeys(data.groups))[:10])
    divisions = {
        "language": ["few" if one in few else "many" for one in data.groups],
        "payer": [UNKNOWN] * len(data.groups),
    }

    page = as_page(report_on(model, data, divisions, everybody=True))

    assert "<h3>By language</h3><p>Not shown: few (fewer than 11 patients); many (it would tell" in page
    assert "<h3>By payer</h3>" not in page
    assert page.count("Not on record, of anybody: payer.") == 3


def test_shares_are_told_in_percent_and_the_outcome_in_words(told):
    page = as_page(told)

    assert "<h1>Risk of an emergency visit or hospital stay</h1>" in page
    assert "<td class=number>10.0 %</td>" in page
