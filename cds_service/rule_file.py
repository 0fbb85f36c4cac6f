"""The YAML of one card rule: its keys, and everything that can be wrong with it, each told by its line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from cds_service.conditions import CONCERNS
from cds_service.drafts import Draft
from cds_service.hooks import CONTEXTS
from cds_service.inline_test import NotUnderstood, TestPart, resource
from cds_service.outside.yaml_file import FileProblems, Place, YamlFile, did_you_mean
from cds_service.reasons import OVERRIDE_REASONS
from cds_service.rule_parts import (
    CardPart,
    Effective,
    OpenPart,
    RuleFile,
    SuggestionPart,
    When,
    WhenCheck,
    WhenGap,
    WhenRisk,
)
from cds_service.rule_stand_ins import UNTOLD, without
from cds_service.wording import CHECK_NAMES, RISK_NAMES, check_names, known_names, placeholders
from measures.catalog import Catalog
from measures.discretion import names_substance_use
from measures.measure import GapStatus, Measure
from measures.orders.check import OrderCheck

LONGEST_SUMMARY = 139  # characters; CDS Hooks 2.0, Card.summary: under 140
ANY_CHECK = "any"
RISK_MOVES = ("rising", "high")
LISTING = "throughline rules names"
"""The command that lists what a rule may name; with a measure or an order check, its steps and texts."""
_SEE = f"`{LISTING}`"
Meant = Sequence[Measure] | Sequence[OrderCheck]
_ROOM_FOR_VALUES = 12  # characters kept free for each placeholder: a date, or a result with its unit
_ASKS_FOR_SOMETHING = (GapStatus.OPEN.value, GapStatus.PROSPECTIVE.value)
_ORDER_HOOKS = ("order-sign", "order-select")


@dataclass(frozen=True)
class Known:
    """What a rule may name."""

    catalog: Catalog
    drafts: Mapping[str, Draft]
    checks: Mapping[str, OrderCheck]


_WHEN: Mapping[str, type[BaseModel]] = {"check": WhenCheck, "risk": WhenRisk, "measure": WhenGap}
_Models = Mapping[Place, type[BaseModel]]
_MODELS: _Models = {
    (): RuleFile,
    ("effective",): Effective,
    ("card",): CardPart,
    ("card", "suggestion"): SuggestionPart,
    ("card", "open"): OpenPart,
}


def understood(file: YamlFile, known: Known) -> tuple[RuleFile, When]:
    """The rule of a file. Raises FileProblems with everything that is wrong with it."""
    if not isinstance(file.values, dict):
        raise FileProblems([f"{file.path}:1: a rule begins with `id: ...`"])
    told = file.values.get("when")
    kind = next((name for name in _WHEN if isinstance(told, dict) and name in told), "measure")
    rule, problems = _checked(RuleFile, file.values, file, (), _MODELS)
    when: Any = None
    if "when" in file.values:
        when, more = _checked(_WHEN[kind], told, file, ("when",), {("when",): _WHEN[kind]})
        problems += more
    problems += _Wrong(rule, when, file, known) if rule is not None else ()
    if problems or rule is None:
        raise FileProblems(sorted(problems, key=lambda says: _line(says, file)))
    return rule, when


def _checked(
    model: type[BaseModel],
    values: Any,
    file: YamlFile,
    within: Place,
    models: Mapping[Place, type[BaseModel]],
) -> tuple[Any, list[str]]:
    """What the values say, and what is wrong with them: then as much as can be read without that, so that the
    rest of the file is looked at in the same round; None when nothing can.
    """
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        said = [_said(dict(problem), file, within, models) for problem in found]
    try:
        return model.model_validate(without(values, within, [problem["loc"] for problem in found])), said
    except ValidationError:
        return None, said


class _Wrong:
    """What no schema can see: names of nothing, texts that do not fit."""

    def __init__(self, rule: RuleFile, when: When | None, file: YamlFile, known: Known) -> None:
        self.rule, self.when, self.file, self.known = rule, when, file, known

    def __iter__(self) -> Iterator[str]:
        rule, card = self.rule, self.rule.card
        for number, hook in enumerate(rule.hook):
            if hook not in (*CONTEXTS, UNTOLD):
                says = f"there is no service for {hook!r}{did_you_mean(hook, CONTEXTS)}"
                yield self._at(("hook", number), says)
        if rule.concern is not None and rule.concern not in CONCERNS:
            says = f"there is no concern {rule.concern!r}{did_you_mean(rule.concern, CONCERNS)}"
            yield self._at(("concern",), says)
        first, last = rule.effective.since, rule.effective.until
        if first and last and last < first:
            yield self._at(("effective", "until"), f"is before the first day, {first}")
        for number, reason in enumerate(card.override_reasons):
            if reason not in (*OVERRIDE_REASONS, UNTOLD):
                says = f"there is no reason {reason!r}{did_you_mean(reason, OVERRIDE_REASONS)}"
                yield self._at(("card", "override_reasons", number), says)
        if card.suggestion:
            drafts = self.known.drafts
            wrong = (name for name in card.suggestion.draft if name not in (*drafts, UNTOLD))
            for name in wrong:
                says = f"there is no draft {name!r}{did_you_mean(name, drafts, _SEE)}"
                yield self._at(("card", "suggestion", "draft"), says)
        yield from self._tests()
        match self.when:
            case WhenGap():
                yield from self._gap(self.when)
            case WhenCheck():
                yield from self._check(self.when)
            case WhenRisk():
                if self.when.risk not in (*RISK_MOVES, UNTOLD):
                    says = f"risk does not go {self.when.risk!r}{did_you_mean(self.when.risk, RISK_MOVES)}"
                    yield self._at(("when", "risk"), says)
                yield from self._texts(list(RISK_NAMES))
            case None:
                yield from self._texts(None)

    def _tests(self) -> Iterator[str]:
        for number, test in enumerate(self.rule.tests):
            for name, lines in (("chart", test.chart), ("drafts", test.drafts)):
                for n, line in enumerate(lines):
                    if line == UNTOLD:
                        continue
                    try:
                        resource(line, n)
                    except NotUnderstood as says:
                        yield self._at(("tests", number, name, n), str(says))

    def _gap(self, when: WhenGap) -> Iterator[str]:
        for number, status in enumerate(when.status):
            if status not in (*_ASKS_FOR_SOMETHING, UNTOLD):
                says = f"no card can be due in {status!r}{did_you_mean(status, _ASKS_FOR_SOMETHING)}"
                yield self._at(("when", "status", number), says)
        known = self.known.catalog.measures
        if when.measure not in (*known, UNTOLD):
            says = f"there is no measure {when.measure!r}{did_you_mean(when.measure, known, _SEE)}"
            yield self._at(("when", "measure"), says)
        meant = [known[when.measure]] if when.measure in known else list(known.values())
        yield from self._steps(when, meant)
        yield from self._texts(_each_once(map(known_names, meant)), meant)

    def _steps(self, when: WhenGap, meant: list[Measure]) -> Iterator[str]:
        """Of a measure nobody has: what is a step of none."""
        trees = [group.numerator for measure in meant for group in measure.groups]
        steps = _each_once((leaf.name for leaf in tree.leaves()) for tree in trees)
        whose = f"{meant[0].id} has no" if len(meant) == 1 else "no measure has a"
        for number, step in enumerate(when.next_step):
            if step not in (*steps, UNTOLD):
                says = f"{whose} criterion {step!r} in its numerator"
                says += _near(step, steps, meant)
                yield self._at(("when", "next_step", number), says)

    def _check(self, when: WhenCheck) -> Iterator[str]:
        known = self.known.checks
        if when.check not in (*known, ANY_CHECK, UNTOLD):
            near = did_you_mean(when.check, [*sorted(known), ANY_CHECK], _SEE)
            yield self._at(("when", "check"), f"there is no order check {when.check!r}{near}")
        if any(hook in CONTEXTS and hook not in _ORDER_HOOKS for hook in self.rule.hook):
            yield self._at(("hook",), f"an order check needs a hook with orders: {' or '.join(_ORDER_HOOKS)}")
        if when.check == ANY_CHECK:
            yield from self._texts(list(CHECK_NAMES))
            return
        meant = [known[when.check]] if when.check in known else list(known.values())
        yield from self._texts(_each_once(map(check_names, meant)), meant)

    def _texts(self, known: list[str] | None, meant: Meant = ()) -> Iterator[str]:
        """`known` are the placeholders there are, of what may be `meant`; None where nobody can say which."""
        card = self.rule.card
        for place, text in _read_along(card):
            if word := names_substance_use(text):
                yield self._at(("card", *place), f"names substance use ({word}); say it in the detail")
        for name, texts in (("summary", card.summary), ("detail", card.detail or [])):
            for number, text in enumerate(texts):
                for says in _text_problems(text, known, meant, short=name == "summary"):
                    yield self._at(("card", name, number), says)

    def _at(self, place: Place, says: str) -> str:
        return f"{self.file.at(place)}: {_path(place)}: {says}"


def _each_once(lists: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(name for names in lists for name in names))


def _near(word: str, known: list[str], meant: Meant) -> str:
    """As `did_you_mean`; where nobody knows which measure or check is meant, all names of all are no help."""
    if len(meant) == 1:
        return did_you_mean(word, known, f"`{LISTING} {meant[0].id}`")
    says = did_you_mean(word, known)
    return says if says.endswith("?") or not meant else ""


def _read_along(card: CardPart) -> Iterator[tuple[Place, str]]:
    """The texts that stand where others can read them, with their places: all but the detail."""
    yield from ((("summary", number), text) for number, text in enumerate(card.summary))
    for name, part in (("suggestion", card.suggestion), ("open", card.open)):
        if part is not None:
            yield (name, "label"), part.label


def _text_problems(text: str, known: list[str] | None, meant: Meant, *, short: bool) -> Iterator[str]:
    try:
        names = placeholders(text)
    except ValueError as error:
        yield str(error)
        return
    for name in names:
        if known is not None and name not in known:
            yield f"nothing is called {{{name}}}{_near(name, known, meant)}"
    if not short:
        return
    if "\n" in text.strip():
        yield "a summary is one line"
    shortest = len(text) - sum(len(name) + 2 - _ROOM_FOR_VALUES for name in names)
    if shortest > LONGEST_SUMMARY:
        yield f"about {shortest} characters with its values; a summary has at most {LONGEST_SUMMARY}"


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "string_type": lambda _: "should be text; put it in quotes",
    "string_too_short": lambda _: "should not be empty",
    "string_too_long": lambda problem: f"is longer than {problem['ctx']['max_length']} characters",
    "too_short": lambda _: "should name at least one",
    "too_long": lambda problem: f"has more than {problem['ctx']['max_length']}",
    "int_type": lambda _: "should be a whole number, without quotes",
    "bool_type": lambda _: "should be true or false",
    "model_type": lambda _: "should hold keys of its own, one a line",
    "greater_than_equal": lambda problem: f"should be {problem['ctx']['ge']} or more",
    "less_than_equal": lambda problem: f"should be {problem['ctx']['le']} or less",
    "literal_error": lambda problem: f"should be {problem['ctx']['expected'].replace(chr(39), '')}",
    "date_type": lambda _: "should be a day, such as 2026-07-01, without quotes",
}


def _said(problem: Mapping[str, Any], file: YamlFile, within: Place, models: _Models) -> str:
    place: Place = (*within, *problem["loc"])
    if place[:1] == ("tests",) and len(place) > 1:
        models = {place[:-1]: TestPart} if len(place) == 3 else models
    where = f"{file.at(place)}: {_path(place)}: "
    model = models.get(place[:-1])
    if problem["type"] == "extra_forbidden" and model is not None:
        known = [field.alias or name for name, field in model.model_fields.items()]
        return f"{where}there is no such key{did_you_mean(place[-1], known)}"
    if place[-1:] == ("indicator",) and problem["type"] == "literal_error":
        return f"{where}is info or warning (critical would interrupt, and no rule may)"
    if problem["type"] == "string_pattern_mismatch" and place in (("id",), ("fact",)):
        return f"{where}use small letters, digits and hyphens, such as a1c-not-measured"
    if problem["type"] == "string_pattern_mismatch" and place == ("card", "open", "item"):
        return f"{where}names an item of the app in small letters, such as assessment/phq-9"
    words = _WORDS.get(problem["type"])
    return where + (words(problem) if words else str(problem["msg"]))


def _line(problem: str, file: YamlFile) -> int:
    return int(problem.removeprefix(f"{file.path}:").partition(":")[0])


def _path(place: Place) -> str:
    return ".".join(str(step) for step in place if isinstance(step, str)) or "file"
