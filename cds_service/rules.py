"""Card rules: YAML by the quality team, one rule a file, checked in full before the service starts.

A rule says when a card is due (a measure's gap and the step that would close it) and what the card says.
Every problem of every file is reported at once, as `file:line: where: what; the mend`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cds_service.drafts import Draft
from cds_service.outside.yaml_file import FileProblems, Place, YamlFile, did_you_mean, read_yaml
from cds_service.protocol import CONTEXTS
from cds_service.wording import known_names, placeholders
from measures.catalog import Catalog
from measures.measure import GapStatus, Measure, MeasureResult

BUILT_IN = Path(__file__).parent / "rules"
LONGEST_SUMMARY = 139  # characters; CDS Hooks 2.0, Card.summary: under 140
_OF_AN_EVENT = ("name", "date", "end", "value")
_ROOM_FOR_VALUES = 12  # characters kept free for each placeholder: a date, or a result with its unit

OVERRIDE_REASONS: Mapping[str, str] = {
    "done-elsewhere": "Already done; the result is not in this record",
    "not-appropriate": "Not clinically appropriate for this patient",
    "patient-declined": "The patient declined",
    "another-visit": "Will be done at another visit",
    "record-wrong": "The record is wrong",
}
"""Why a clinician may set a card aside, by code (CDS Hooks 2.0, Card.overrideReasons)."""


@dataclass(frozen=True)
class Suggestion:
    label: str
    drafts: tuple[Draft, ...]  # all of them are created when it is accepted


@dataclass(frozen=True)
class CardRule:
    """One rule, checked. Of several summaries the first whose placeholders the record can fill is used."""

    id: str
    version: str
    owner: str
    hook: str
    priority: int  # 1 is shown first
    measure: str
    next_steps: frozenset[str]
    statuses: frozenset[GapStatus]
    while_closable: bool  # no card once the last day for it has passed
    indicator: Literal["info", "warning"]
    summaries: tuple[str, ...]
    details: tuple[str, ...]
    suggestion: Suggestion | None
    override_reasons: tuple[str, ...]
    path: Path

    @cached_property
    def speaks_of(self) -> tuple[str, ...]:
        """The criteria whose date or value the texts show."""
        names = (name for text in (*self.summaries, *self.details) for name in placeholders(text))
        parts = (name.partition(".") for name in names)
        return tuple(dict.fromkeys(name for name, _, part in parts if part in _OF_AN_EVENT))

    def step(self, result: MeasureResult) -> str | None:
        """The step for which this card is due, or None when it is not.

        The record must say that the step was not taken: what is unknown is never a reason for a card.
        """
        if result.status not in self.statuses or (self.while_closable and result.foremost.is_over):
            return None
        due = (step.name for step in result.next_steps if step.name in self.next_steps)
        return next((name for name in due if result.findings[name].met is False), None)


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


_Words = Annotated[str, Field(min_length=1, max_length=4000)]
_Texts = Annotated[list[_Words], BeforeValidator(_as_list), Field(min_length=1, max_length=5)]


class _When(_Part):
    measure: str
    next_step: _Texts
    status: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default=[GapStatus.OPEN.value], min_length=1
    )
    while_closable: bool = False


class _SuggestionFile(_Part):
    label: Annotated[str, Field(min_length=1, max_length=80)]
    draft: _Texts


class _Card(_Part):
    indicator: Literal["info", "warning"]
    summary: _Texts
    detail: _Texts | None = None
    suggestion: _SuggestionFile | None = None
    override_reasons: list[str] = Field(default=list(OVERRIDE_REASONS))


class _RuleFile(_Part):
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]{0,31}$")]
    owner: Annotated[str, Field(min_length=1, max_length=200)]
    hook: str
    priority: Annotated[int, Field(ge=1, le=100)]
    when: _When
    card: _Card


_MODELS: Mapping[Place, type[BaseModel]] = {
    (): _RuleFile,
    ("when",): _When,
    ("card",): _Card,
    ("card", "suggestion"): _SuggestionFile,
}


def folders(rules_dir: Path | None) -> tuple[Path, ...]:
    """The built-in rules and, after them, the installation's own."""
    return (BUILT_IN, rules_dir) if rules_dir else (BUILT_IN,)


def load_rules(
    folders: Iterable[Path], catalog: Catalog, drafts: Mapping[str, Draft]
) -> tuple[CardRule, ...]:
    """The rules of all folders, first shown first; one of a later folder replaces an earlier one of its id.

    Raises FileProblems with every problem of every file.
    """
    problems: list[str] = []
    rules: dict[str, CardRule] = {}
    for folder in folders:
        here: dict[str, CardRule] = {}
        if not folder.is_dir():
            problems.append(f"{folder}: there is no such folder")
        for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
            try:
                rule = read_rule(path, catalog, drafts)
            except FileProblems as found:
                problems += found.problems
                continue
            if rule.id in here:
                problems.append(
                    f"{path}:1: id: {here[rule.id].path.name} has the id {rule.id!r} too; give it another"
                )
            here[rule.id] = rule
        rules |= here
    if problems:
        raise FileProblems(problems)
    return tuple(sorted(rules.values(), key=lambda rule: (rule.priority, rule.id)))


def read_rule(path: Path, catalog: Catalog, drafts: Mapping[str, Draft]) -> CardRule:
    """One rule file; FileProblems lists everything that is wrong with it."""
    file = read_yaml(path)
    if not isinstance(file.values, dict):
        raise FileProblems([f"{path}:1: a rule begins with `id: ...`"])
    try:
        read = _RuleFile.model_validate(file.values)
    except ValidationError as error:
        raise FileProblems(
            [_said(dict(problem), file) for problem in error.errors(include_url=False)]
        ) from None
    problems = list(_problems(read, file, catalog, drafts))
    if problems:
        raise FileProblems(sorted(problems, key=lambda says: _line(says, path)))
    offered = read.card.suggestion
    return CardRule(
        id=read.id,
        version=read.version,
        owner=read.owner,
        hook=read.hook,
        priority=read.priority,
        measure=read.when.measure,
        next_steps=frozenset(read.when.next_step),
        statuses=frozenset(GapStatus(status) for status in read.when.status),
        while_closable=read.when.while_closable,
        indicator=read.card.indicator,
        summaries=tuple(read.card.summary),
        details=tuple(read.card.detail or ()),
        suggestion=_suggestion(offered, drafts) if offered else None,
        override_reasons=tuple(read.card.override_reasons),
        path=path,
    )


def _suggestion(offered: _SuggestionFile, drafts: Mapping[str, Draft]) -> Suggestion:
    return Suggestion(offered.label, tuple(drafts[name] for name in offered.draft))


_ASKS_FOR_SOMETHING = (GapStatus.OPEN.value, GapStatus.PROSPECTIVE.value)


def _problems(
    read: _RuleFile, file: YamlFile, catalog: Catalog, drafts: Mapping[str, Draft]
) -> Iterator[str]:
    def at(place: Place, says: str) -> str:
        return f"{file.at(place)}: {_path(place)}: {says}"

    when, card = read.when, read.card
    if read.hook not in CONTEXTS:
        yield at(("hook",), f"there is no service for {read.hook!r}{did_you_mean(read.hook, list(CONTEXTS))}")
    for number, status in enumerate(when.status):
        if status not in _ASKS_FOR_SOMETHING:
            says = f"no card can be due in {status!r}{did_you_mean(status, list(_ASKS_FOR_SOMETHING))}"
            yield at(("when", "status", number), says)
    for number, reason in enumerate(card.override_reasons):
        if reason not in OVERRIDE_REASONS:
            says = f"there is no reason {reason!r}{did_you_mean(reason, list(OVERRIDE_REASONS))}"
            yield at(("card", "override_reasons", number), says)
    for wrong in (name for name in (card.suggestion.draft if card.suggestion else ()) if name not in drafts):
        yield at(
            ("card", "suggestion", "draft"), f"there is no draft {wrong!r}{did_you_mean(wrong, list(drafts))}"
        )
    measure = catalog.measures.get(when.measure)
    if measure is None:
        says = f"there is no measure {when.measure!r}{did_you_mean(when.measure, list(catalog.measures))}"
        yield at(("when", "measure"), says)
        return
    steps = [leaf.name for group in measure.groups for leaf in group.numerator.leaves()]
    for number, step in enumerate(when.next_step):
        if step not in steps:
            says = f"{measure.id} has no criterion {step!r} in its numerator{did_you_mean(step, steps)}"
            yield at(("when", "next_step", number), says)
    for name, texts in (("summary", card.summary), ("detail", card.detail or [])):
        for number, text in enumerate(texts):
            for says in _text_problems(text, measure, short=name == "summary"):
                yield at(("card", name, number), says)


def _text_problems(text: str, measure: Measure, *, short: bool) -> Iterator[str]:
    try:
        names = placeholders(text)
    except ValueError as error:
        yield str(error)
        return
    known = list(known_names(measure))
    for name in names:
        if name not in known:
            yield f"nothing is called {{{name}}}{did_you_mean(name, known)}"
    if not short:
        return
    if "\n" in text.strip():
        yield "a summary is one line"
    shortest = len(text) - sum(len(name) + 2 - _ROOM_FOR_VALUES for name in names)
    if shortest > LONGEST_SUMMARY:
        yield f"about {shortest} characters with its values; a summary has at most {LONGEST_SUMMARY}"


def _said(problem: Mapping[str, Any], file: YamlFile) -> str:
    place: Place = problem["loc"]
    where = f"{file.at(place)}: {_path(place)}: "
    model = _MODELS.get(place[:-1])
    if problem["type"] == "extra_forbidden" and model is not None:
        return f"{where}there is no such key{did_you_mean(place[-1], list(model.model_fields))}"
    if problem["type"] == "missing":
        return f"{where}is missing"
    if problem["type"] == "string_type":
        return f"{where}should be text; put it in quotes"
    if place[-1:] == ("indicator",):
        return f"{where}is info or warning (critical would interrupt, and no rule may)"
    if problem["type"] == "string_pattern_mismatch" and place == ("id",):
        return f"{where}use small letters, digits and hyphens, such as a1c-not-measured"
    return f"{where}{problem['msg']}"


def _line(problem: str, path: Path) -> int:
    return int(problem.removeprefix(f"{path}:").partition(":")[0])


def _path(place: Place) -> str:
    return ".".join(str(step) for step in place if isinstance(step, str)) or "file"
