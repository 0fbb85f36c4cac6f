"""The form of a card rule: its fields, and what each may hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cds_service.conditions import CONCERNS
from cds_service.hooks import CONTEXTS
from cds_service.rule_file import RISK_MOVES, Known
from smart_app.studio.yaml_form import Document, Field, Parts, YamlForm

_LISTS = frozenset(
    {"hook", "when.next_step", "when.status", "card.summary", "card.detail", "card.suggestion.draft"}
)
_NUMBERS = frozenset({"priority"})
_DAYS = frozenset({"effective.from", "effective.until"})


def fields(known: Known) -> Parts:
    """The form, part by part, each with its legend."""
    measures = (("", "no measure"), *((m, f"{m} {one.title}") for m, one in known.catalog.measures.items()))
    told = ((name, f"{name}: {known.checks[name].title}") for name in sorted(known.checks))
    checks = (("", "no order check"), ("any", "any: each without a rule of its own"), *told)
    drafts = ", ".join(sorted(known.drafts))
    concerns = (("", "as its condition"), *((c, c) for c in CONCERNS))
    return (
        (
            "The rule",
            (
                Field("id", "Id", "Small letters, digits, hyphens."),
                Field("version", "Version", "Another one with every change."),
                Field("owner", "Owner"),
                Field("citation", "Citation"),
                Field("hook", "Hooks", f"One a line: {', '.join(CONTEXTS)}.", rows=2),
                Field("concern", "Concern", choices=concerns),
                Field("priority", "Priority", "1 is shown first, of those with one concern."),
                Field("effective.from", "First day", "YYYY-MM-DD, or empty."),
                Field("effective.until", "Last day"),
            ),
        ),
        (
            "When it is due: a measure's step, an order check, or the risk",
            (
                Field("when.measure", "Measure", choices=measures),
                Field("when.next_step", "Next step", "Criteria of its numerator, one a line.", rows=2),
                Field("when.status", "Gap status", "open-gap or prospective-gap, one a line.", rows=2),
                Field("when.check", "Order check", choices=checks),
                Field("when.risk", "Risk", choices=(("", "not about risk"), *((m, m) for m in RISK_MOVES))),
            ),
        ),
        (
            "The card",
            (
                Field("card.indicator", "Indicator", choices=(("info", "info"), ("warning", "warning"))),
                Field("card.summary", "Summary", "One a line; the first that can be filled counts.", rows=3),
                Field("card.detail", "Detail", "One a line.", rows=2),
                Field("card.suggestion.label", "Suggestion"),
                Field("card.suggestion.draft", "Drafts it makes", f"Of: {drafts}.", rows=1),
            ),
        ),
    )


def form(known: Known) -> YamlForm:
    """The form of a card rule."""
    return YamlForm(fields(known), one_or_more=_LISTS, numbers=_NUMBERS, days=_DAYS)


def fields_of(document: Any, known: Known) -> dict[str, str]:
    """What stands in each field, whatever is wrong with the document."""
    return form(known).fields_of(document)


def document_of(filled: Mapping[str, str], kept: Any, known: Known) -> Document:
    """The document a filled-in form means; what the form has no field for stays as it was."""
    return form(known).document_of(filled, kept)


def by_field(problems: Iterable[str], known: Known) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """The problems under the name of their field ("" where there is none), and each as `line 6: what`."""
    return form(known).by_field(problems)
