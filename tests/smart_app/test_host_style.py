"""The host EHR's look: from registered hosts, each value checked, and never at the cost of reading."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from smart_app.host_style import LEAST_CONTRAST, checked, contrast, css, tokens_of
from smart_app.static_files import static_folder
from tests.smart_app.launching import launch, opened

OURS = tokens_of(static_folder() / "base.css")
GOOD = {
    "color_background": "#edeae3",
    "color_text": "#303030",
    "color_highlight": "#004a80",
    "font_family_body": "Georgia, Times, 'HealthSystem Slab', serif",
    "dim_border_radius": "3px",
}


def in_theme(style: dict[str, str], theme: str) -> str:
    """What a style changes in one theme only."""
    return next((line for line in css(style, OURS).splitlines() if f"scheme: {theme}" in line), "")


def test_the_tokens_are_those_of_our_own_style_sheet():
    assert OURS["light"]["paper"] == "#fff"
    assert OURS["dark"]["paper"] != "#fff"
    assert OURS["dark"]["round"] == OURS["light"]["round"]


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000", "#ffffff", 21), ("#777777", "#fff", 4.48), ("#111", "#111", 1)]
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio
    assert contrast(one, other) == contrast(other, one)


def test_a_good_style_is_taken_over_in_the_theme_in_which_it_can_be_read():
    light, dark = in_theme(checked(GOOD), "light"), in_theme(checked(GOOD), "dark")

    assert "--page: #edeae3;" in light
    assert "--ink: #303030;" in light
    assert "--link: #004a80;" in light
    assert dark == ""
    assert css(checked(GOOD), OURS).startswith(
        ':root { --type: "Georgia", "Times", "HealthSystem Slab", sans-serif; --round: 3px; }'
    )


@pytest.mark.parametrize(
    ("text", "taken"),
    [("#767676", False), ("#636363", True)],  # on white 4.54 and 6.0; on our page ground 3.98 and 5.3
)
def test_text_is_taken_only_where_it_can_be_read_on_every_ground(text, taken):
    assert ("--ink" in in_theme({"color_text": text}, "light")) is taken
    worst = min(contrast(text, OURS["light"][ground]) for ground in ("page", "paper", "sunk"))
    assert (worst >= LEAST_CONTRAST) is taken


def test_a_ground_on_which_our_other_words_would_fade_is_left_out():
    assert in_theme({"color_background": "#808080"}, "light") == ""
    assert "--page: #101010" in in_theme({"color_background": "#101010"}, "dark")
    assert "--page" not in in_theme({"color_background": "#101010"}, "light")


@pytest.mark.parametrize(
    "document",
    [
        {"color_text": "red"},
        {"color_text": "#12"},
        {"color_text": "#000; } body { display: none"},
        {"color_text": "url(https://evil.example.org/x)"},
        {"color_text": ["#000"]},
        {"dim_border_radius": "25px"},
        {"dim_border_radius": "3em"},
        {"dim_border_radius": "-3px"},
        {"dim_border_radius": "3px; color: red"},
        {"font_family_body": "x; } @import url(https://evil.example.org)"},
        {"font_family_body": "x" * 301},
        {"font_family_body": 3},
        {"color_unknown": "#000"},
    ],
)
def test_what_is_no_plain_value_is_left_out(document):
    assert checked(document) == {}


@pytest.mark.parametrize(("radius", "taken"), [("24px", True), ("0px", True), ("24.5px", False)])
def test_a_radius_has_a_widest(radius, taken):
    assert bool(checked({"dim_border_radius": radius})) is taken


def styled(ehr, answer, url: str | None = None) -> None:
    ehr.server.expect_request("/style.json").respond_with_handler(lambda _: answer)
    ehr.change_tokens = lambda tokens: tokens | {"smart_style_url": url or f"{ehr.origin}/style.json"}


def as_json(values) -> Response:
    import json

    return Response(json.dumps(values), content_type="application/json")


def test_a_chart_is_served_with_the_look_of_its_ehr(browser, ehr):
    styled(ehr, as_json(GOOD))

    sheet = browser.get(f"{opened(launch(browser, ehr))}/host.css")

    assert sheet.content_type.startswith("text/css")
    assert "--link: #004a80" in sheet.text


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>"),
        Response("{}", 500),
        Response("x" * 70_000),
        as_json([]),
        as_json({"color_text": "red"}),
    ],
)
def test_an_ehr_whose_style_cannot_be_used_is_shown_in_our_own(browser, ehr, answer):
    styled(ehr, answer)

    assert browser.get(f"{opened(launch(browser, ehr))}/host.css").text == ""


def test_a_style_on_an_unregistered_host_is_not_fetched(browser, ehr):
    with HTTPServer() as trap:
        styled(ehr, as_json(GOOD), trap.url_for("/style.json"))

        assert browser.get(f"{opened(launch(browser, ehr))}/host.css").text == ""
        assert trap.log == []


@pytest.mark.parametrize("url", [7, "", "javascript:alert(1)", "file:///etc/passwd", {"a": 1}])
def test_an_address_that_is_none_costs_nothing(browser, ehr, url):
    ehr.change_tokens = lambda tokens: tokens | {"smart_style_url": url}

    opened(launch(browser, ehr))


def test_the_style_of_a_chart_is_closed_to_another_browser(browser, other_browser, ehr):
    styled(ehr, as_json(GOOD))

    assert other_browser.get(f"{opened(launch(browser, ehr))}/host.css").status_code == 404
