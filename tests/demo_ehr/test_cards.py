"""Cards as they are shown: nothing a service sends can run, fetch or break the chart."""

import pytest

from smart_app.demo_ehr.cards import rendered, show


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**17** on 12 Nov", "<p><strong>17</strong> on 12 Nov</p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("~~old~~", "<p><s>old</s></p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
        ("![seen](https://elsewhere.example/pixel.png)", "<p></p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](data:text/html,hello)", "<p>[x](data:text/html,hello)</p>"),
    ],
)
def test_markdown_becomes_harmless_html(markdown, html):
    assert rendered(markdown).strip() == html


def test_tables_are_shown_and_links_open_apart():
    html = rendered("| a | b |\n|---|---|\n| [c](https://docs.example/c) | d |")

    assert "<table>" in html
    assert 'href="https://docs.example/c"' in html
    assert 'target="_blank"' in html
    assert 'rel="noopener noreferrer"' in html


def test_a_card_of_wrong_types_is_shown_as_far_as_it_can_be():
    card = show(
        {
            "summary": 17,
            "indicator": "red",
            "detail": ["x"],
            "source": "us",
            "suggestions": {"label": "x"},
            "links": [None, {"url": "javascript:alert(1)", "label": "x", "type": "absolute"}],
            "overrideReasons": [{"code": "later"}, "never"],
            "uuid": 5,
        },
        "a-service",
        "ada",
    )

    assert (card.summary, card.indicator, card.lead, card.uuid) == ("", "info", "", None)
    assert not card.links
    assert not card.suggestions
    assert [reason.display for reason in card.reasons] == ["later"]


@pytest.mark.parametrize(
    ("detail", "lead", "proof"),
    [
        ("Last 17 on 12 Nov.\n\n- seen", "<p>Last 17 on 12 Nov.</p>", "<li>seen</li>"),
        ("**What would close it**\n\n- a visit", "", "What would close it"),
        ("Only this.", "<p>Only this.</p>", ""),
        ("", "", ""),
    ],
)
def test_the_opening_sentence_stays_in_sight_and_the_rest_folds(detail, lead, proof):
    card = show({"detail": detail}, "a-service", "ada")

    assert card.lead.strip() == lead
    assert proof in card.proof
