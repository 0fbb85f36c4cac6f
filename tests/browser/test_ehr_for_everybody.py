"""The EHR's pages by WCAG's rules that a program can check, light and dark, narrow and wide."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

TAGS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def standalone(demo) -> str:
    """The address an app outside any chart would send the user to."""
    asked = "response_type=code&client_id=throughline&scope=launch/patient%20patient/*.rs&state=s&nonce=n"
    told = f"redirect_uri={demo.app_url}/callback&aud={demo.ehr_url}/fhir"
    return f"/oauth/authorize?{asked}&{told}&code_challenge={'x' * 43}&code_challenge_method=S256"


@pytest.mark.parametrize("width", [320, 480, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule(chromium, demo, scheme, width):
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    broken: dict[str, list[str]] = {}
    for address in ("/", "/patients/bram", "/calls", standalone(demo), "/nowhere"):
        page.goto(demo.ehr_url + address)
        if address == "/patients/bram":
            expect(page.locator("#cards[aria-busy=false] .card").first).to_be_visible()
            page.get_by_text("Dismiss", exact=True).first.click()
            page.get_by_text("Show the call").click()
        found = Axe().run(page, options=TAGS).response["violations"]
        broken |= {f"{address}: {one['id']}": [node["html"] for node in one["nodes"]] for one in found}
    context.close()

    assert broken == {}
