"""What the texts of a rule may hold: words and plain markdown, nothing that is run, loaded or followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cds_service.test_rules import GOOD, problems

HARMFUL = {
    "HTML": ("No A1c", "No <script>1</script> A1c", "9: card.summary: holds HTML (<script)"),
    "an image": ("No A1c", "No ![x] A1c", "9: card.summary: holds an image"),
    "a link in a summary": (
        "No A1c",
        "No A1c www.x.example",
        "9: card.summary: holds a link (www.x.example)",
    ),
    "a character that turns the words around": (
        "No A1c",
        "No \\u202Ec1A",
        "9: card.summary: holds U+202E (right-to-left override), which nobody sees; take it out",
    ),
    "the same as HTML writes it": ("No A1c", "No &#x202e;c1A", "9: card.summary: holds U+202E"),
    "a control character": ("No A1c", "No \\u0007A1c", "9: card.summary: holds U+0007 (a control character)"),
    "a link that runs": (
        "  indicator: info",
        '  detail: "[x](javascript:alert)"\n  indicator: info',
        "8: card.detail: links to javascript:alert; only an https address that `citation` names",
    ),
    "a link that leads away": (
        "  indicator: info",
        "  detail: see https://x.example/a\n  indicator: info",
        "8: card.detail: links to https://x.example/a; only an https address that `citation` names",
    ),
    "a link to the beginning of what is cited": (
        "card:",
        "citation: https://cited.example.org\ncard:\n  detail: see https://cited.example",
        "9: card.detail: links to https://cited.example; only an https address that `citation` names",
    ),
    "a link by reference": (
        "  indicator: info",
        '  detail: "[x]: //x.example"\n  indicator: info',
        "8: card.detail: links to [x]:; only an https address that `citation` names",
    ),
    "HTML in a label": (
        "  indicator: info",
        "  suggestion: {label: <b>Order, draft: a1c_order}\n  indicator: info",
        "8: card.suggestion.label: holds HTML (<b)",
    ),
}


@pytest.mark.parametrize(
    "detail",
    [
        "**Why**: A1c <9 % & rising; see [the measure](https://ecqi.example/cms122)",
        "- https://ecqi.example/cms122",
        "One paragraph.\\n\\nAnother one [1].",
    ],
)
def test_a_detail_is_markdown_and_may_link_to_what_the_rule_cites(tmp_path: Path, detail: str):
    cited = 'citation: "CMS122, https://ecqi.example/cms122"\npriority: 5'
    told = GOOD.replace("priority: 5", cited).replace("  indicator:", f'  detail: "{detail}"\n  indicator:')
    (tmp_path / "a1c.yaml").write_text(told)

    assert problems(tmp_path) == []


@pytest.mark.parametrize("mistake", HARMFUL)
def test_what_could_do_harm_is_told_with_its_line_and_the_mend(tmp_path: Path, mistake: str):
    right, wrong, says = HARMFUL[mistake]
    path = tmp_path / "a1c.yaml"
    path.write_text(GOOD.replace(right, wrong))

    [found] = problems(tmp_path)

    assert says in found
    assert found.startswith(f"{path}:")
