"""The chart that the card of an order led to tells what it said: to whom it was shown, and nobody else."""

from __future__ import annotations

import pytest

from tests.smart_app.test_launch_context import CARD, shown

pytestmark = pytest.mark.usefixtures("late_in_the_year")


def page_of(browser, address: str, card: str = CARD) -> str:
    """The section on the card; empty where there is none."""
    page = browser.get(f"{address}/?card={card}").text
    return page.partition('id="card"')[2].partition("</section>")[0]


def lithium_card(app, fhir, **told) -> str:
    """A card on lithium that rested on one of the chart's medicines and on the order; the medicine's id."""
    taken = next(one["id"] for one in fhir.resources if one["resourceType"] == "MedicationRequest")
    rests_on = (f"MedicationRequest/{taken}", "MedicationRequest/draft-1")
    shown(app, rule="lithium-interactions", rests_on=rests_on, **told)
    return taken


def test_the_card_of_an_order_is_told_with_what_it_rested_on(app, browser, chart, fhir):
    address = chart("bram")
    taken = lithium_card(app, fhir, patient="bram")
    told = page_of(browser, address)

    assert "From the card: Lithium with" in told
    assert f"source/MedicationRequest/{taken}" in told
    assert "draft-1" not in told
    assert "(current)" in told


@pytest.mark.parametrize(
    "told", [{"patient": "wren"}, {"user": "Practitioner/8"}, {"host_ehr": "lakeside"}, {"card": "x"}]
)
def test_a_card_of_somebody_else_is_not_told(app, browser, chart, fhir, told):
    address = chart("bram")
    lithium_card(app, fhir, **{"patient": "bram"} | told)

    assert page_of(browser, address) == ""


def test_a_chart_without_a_card_says_nothing_of_one(browser, chart):
    assert page_of(browser, chart("bram"), "") == ""


def test_a_card_that_is_about_no_order_is_not_told_here(app, browser, chart):
    address = chart("bram")
    shown(app, patient="bram", rule="phq9-due")

    assert page_of(browser, address) == ""
