"""The forms and what they answer, in a real browser: for everybody, at every width, in both themes."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.smart_app.chart_ehr import WRITES, ChartEhr, status, story
from tests.smart_app.small_ehr import SmallEhr
from tests.smart_app.test_chart_access import (  # noqa: F401  (fixtures)
    WIDTHS,
    address,
    load,
    seen_by,
    violations,
)

FORMS = ("phq-9", "c-ssrs-screener", "safety-plan", "social-needs", "mdq", "psc-17")


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    ehr.patient, ehr.scope = "ines", f"launch openid fhirUser patient/*.rs {WRITES}"
    return ChartEhr(ehr, *story("ines"))


def faults(page: Page, width: int) -> list[str]:
    found = violations(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    return found if wide == width else [*found, f"{wide} px wide"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_keeps_anybody_from_filling_in_a_form(chromium, address, seen_by, theme):  # noqa: F811
    context = chromium.new_context(color_scheme=theme, bypass_csp=True)  # axe is a script of the test's own
    context.add_cookies(seen_by.cookies())
    page = context.new_page()

    for form in FORMS:
        for width in WIDTHS:
            load(page, f"{address}/assess/{form}", width)
            assert faults(page, width) == [], (form, width)
    page.get_by_role("button", name="Save").click()
    for width in WIDTHS:  # the same form, now with what is missing
        page.set_viewport_size({"width": width, "height": 900})
        assert page.get_by_role("alert").is_visible()
        assert faults(page, width) == [], width
    context.close()


def test_what_could_not_be_written_can_be_read_and_copied_by_everybody(
    chromium,
    address,  # noqa: F811
    seen_by,  # noqa: F811
    fhir,
):
    context = chromium.new_context(bypass_csp=True)
    context.add_cookies(seen_by.cookies())
    page = context.new_page()
    for kind in ("Observation", "QuestionnaireResponse", "DocumentReference"):
        fhir.write_faults[kind] = itertools.repeat(status(403))

    load(page, f"{address}/assess/audit-c")
    for item, place in (("1", 1), ("2", 0), ("3", 0)):
        page.locator(f"input[name='{item}']").nth(place).check()
    page.get_by_role("button", name="Save").click()

    assert page.get_by_role("alert").inner_text() == "Nothing was written to the EHR."
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(page, width) == [], width
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    context.close()
