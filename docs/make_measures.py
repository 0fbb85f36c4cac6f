"""Writes docs/measures.md from the measures themselves: `make docs`, or `python -m docs.make_measures`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from measures.catalog import find_measures
from measures.criteria import NEVER, AllOf, AnyOf, Criterion, Logic, Not
from measures.group import Group
from measures.measure import Measure
from measures.needs import value_sets_of
from measures.programme import built_in, counting_for

PAGE = Path(__file__).parent / "measures.md"

TOP = """\
# The measures

Made from `measures/library` by `python -m docs.make_measures`; change the measure, not this page. Criteria
are told in the measures' own words, value sets by OID. A version "own rendering" is ours after a public
definition: not certified, and not the owner's specification (see [licences](licences.md)). Which programme
counts a measure in which year stands in `measures/programmes/` ([how](programmes.md)).
"""

POPULATIONS = (
    ("initial population", "initial_population"),
    ("denominator", "denominator"),
    ("exclusions", "exclusions"),
    ("numerator", "numerator"),
    ("exceptions", "exceptions"),
)


def page() -> str:
    measures = find_measures().measures.values()
    index = [f"| [{m.id}](#{_anchor(m)}) | {m.title} | {m.version} | {m.steward} |" for m in measures]
    parts = [TOP, "| id | title | version | steward |", "|---|---|---|---|", *index, ""]
    for measure in measures:
        parts += _measure(measure)
    return "\n".join(parts).rstrip() + "\n"


def _measure(measure: Measure) -> Iterator[str]:
    better = "Lower" if measure.improvement == "decrease" else "Higher"
    counted = "episodes" if measure.episodes else "patients"
    programmes = ", ".join(counting_for(measure.id, built_in().values())) or "none of the built-in programmes"
    yield f"## {measure.id}"
    yield f"\n{measure.title}. Version {measure.version}, steward {measure.steward}. {better} is better;"
    yield f"counts {counted}. Counts for: {programmes}.\n"
    for group in measure.groups:
        if len(measure.groups) > 1:
            yield f"### {measure.id}: {group.title or group.id}\n"
        yield from _group(group)
    value_sets = value_sets_of(measure)
    if value_sets:
        yield "<details><summary>Value sets</summary>\n"
        yield from (f"- `{value_set.oid}` {value_set.title}" for value_set in value_sets)
        yield "\n</details>\n"


def _group(group: Group) -> Iterator[str]:
    for title, name in POPULATIONS:
        tree = getattr(group, name)
        if tree is not None and tree is not NEVER:
            yield f"- **{title}**: {in_words(tree)}"
    for name, tree in group.strata.items():
        yield f"- **stratum {name}**: {in_words(tree)}"
    yield ""


def in_words(tree: Logic, inside: bool = False) -> str:
    """A tree of criteria as a phrase; parts of parts stand in brackets."""
    match tree:
        case Criterion():
            return tree.says
        case Not():
            return f"not ({in_words(tree.part)})"
        case AllOf() | AnyOf():
            word = " and " if isinstance(tree, AllOf) else " or "
            said = f";{word}".join(in_words(part, inside=True) for part in tree.parts)
            return f"({said})" if inside else said
    raise TypeError(f"{tree!r} is no tree of criteria")


def _anchor(measure: Measure) -> str:
    return measure.id.lower()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
