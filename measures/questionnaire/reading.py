"""A FHIR R4 Questionnaire read into an Instrument."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from measures.instrument import LONGEST_TEXT, Choice, Instrument, Item, Kind, Wording
from measures.questionnaire import addresses
from measures.questionnaire.choices import read_choices
from measures.questionnaire.enabling import check_conditions, read_when
from measures.questionnaire.problems import Notes, QuestionnaireProblem, QuestionnaireProblems, Raw, extension
from measures.questionnaire.totals import MEND, Sum, read_sum
from measures.scoring import Summed, unscored
from measures.terminology import Code

MOST_ITEMS = 500
DEEPEST = 8
NO_LICENCE = "The Questionnaire states no copyright; who imported it answers for its use."
_SHOWN = "use group, display, choice, boolean, integer, decimal, string, text or date"
_WITH_LIMITS = (Kind.INTEGER, Kind.DECIMAL)


def read_questionnaire(resource: object) -> Instrument:
    """The instrument a Questionnaire describes. Raises QuestionnaireProblems, which names every fault.

    Its items and answers become ours; a total is the plain sum of points, and needs every item it adds up.
    """
    if not isinstance(resource, dict) or resource.get("resourceType") != "Questionnaire":
        kind = resource.get("resourceType") if isinstance(resource, dict) else type(resource).__name__
        says = f"expected a FHIR R4 Questionnaire, found {kind or 'no resourceType'}"
        raise QuestionnaireProblems((QuestionnaireProblem("", says),))
    form = _Form(resource)
    instrument = form.instrument()
    if form.notes.problems:
        raise QuestionnaireProblems(tuple(form.notes.problems))
    return instrument


@dataclass
class _Form:
    """One Questionnaire while it is read: its problems, the items so far and where they stand."""

    raw: Raw
    notes: Notes = field(default_factory=Notes)
    paths: dict[str, str] = field(default_factory=dict)
    totals: list[tuple[str, Sum, Code | None]] = field(default_factory=list)

    def instrument(self) -> Instrument:
        notes, raw = self.notes, self.raw
        self._refuse(raw, "")
        title = notes.text(raw, "title", "") or notes.text(raw, "name", "", needed="add a title to show")
        id_ = _slug(notes.text(raw, "id", "") or notes.text(raw, "url", "").rpartition("/")[2] or title)
        if notes.text(raw, "status", "") == "retired":
            notes.add("status", "is retired; import the version in use")
        items = tuple(self._items(raw, "", depth=1))
        if not self.paths and not notes.problems:
            notes.add("item", "asks nothing; add questions")
        items = self._checked(items)
        codes = [notes.code(coding, path) for path, coding in notes.entries(raw, "code", "")]
        scored, total, highest = self._total(items)
        return Instrument(
            id=id_,
            title=title,
            version=notes.text(raw, "version", "") or "imported",
            language=notes.text(raw, "language", "") or "en",
            items=scored,
            scorer=Summed() if self.totals else unscored,
            licence=notes.text(raw, "copyright", "") or NO_LICENCE,
            wording=Wording.OFFICIAL,
            panel=next((code for code in codes if code), None),
            total=total,
            highest=highest,
            ages=(0, 150),
            url=notes.text(raw, "url", ""),
        )

    def _refuse(self, raw: Raw, path: str) -> None:
        if raw.get("modifierExtension"):
            self.notes.add(path, "has a modifierExtension, which may change its meaning; leave it out")
        for url, mend in addresses.REFUSED.items():
            if extension(raw, url) is not None:
                self.notes.add(path, f"has {url.rpartition('/')[2]}, which cannot be followed; {mend}")

    def _items(self, raw: Raw, path: str, depth: int) -> Iterator[Item]:
        if depth > DEEPEST and raw.get("item"):
            self.notes.add(path, f"is nested deeper than {DEEPEST} groups; make it flatter")
            return
        for where, one in self.notes.entries(raw, "item", path):
            if len(self.paths) >= MOST_ITEMS:
                self.notes.add(where, f"is beyond the {MOST_ITEMS} items a form may have; split the form")
                return
            item = self._item(one, where, depth)
            if item is not None:
                yield item

    def _item(self, raw: Raw, path: str, depth: int) -> Item | None:
        notes = self.notes
        self._refuse(raw, path)
        link_id = notes.text(raw, "linkId", path, needed="every item needs one of its own")
        if link_id in self.paths:
            notes.add(path, f"has the linkId {link_id!r} of {self.paths[link_id]}; give it one of its own")
        self.paths[link_id] = path
        kind = self._kind(raw, path)
        if kind is None:
            return None
        if extension(raw, addresses.CALCULATED) is not None:
            self._read_total(raw, path, kind)
            return None
        when, any_of = read_when(raw, path, notes)
        item = Item(
            link_id,
            self._text(raw, path, kind),
            kind,
            choices=self._choices(raw, path) if kind is Kind.CHOICE else (),
            code=self._code(raw, path),
            required=notes.flag(raw, "required", path),
            scored=False,
            repeats=self._repeats(raw, path, kind),
            when=when,
            any_of=any_of,
            items=self._below(raw, path, kind, depth),
            at_least=self._limit(raw, addresses.LEAST, path, kind),
            at_most=self._limit(raw, addresses.MOST, path, kind),
            longest=self._longest(raw, path),
        )
        self._not_answerable(raw, path)
        return item

    def _kind(self, raw: Raw, path: str) -> Kind | None:
        name = self.notes.text(raw, "type", path, needed=_SHOWN)
        if name and name not in set(Kind):
            self.notes.add(path, f"type {name} cannot be shown; {_SHOWN}")
        return Kind(name) if name in set(Kind) else None

    def _text(self, raw: Raw, path: str, kind: Kind) -> str:
        return self.notes.text(
            raw, "text", path, needed="say what is asked" if kind is not Kind.GROUP else ""
        )

    def _choices(self, raw: Raw, path: str) -> tuple[Choice, ...]:
        contained = {
            str(one.get("id")): one
            for _, one in self.notes.entries(self.raw, "contained", "")
            if one.get("resourceType") == "ValueSet"
        }
        return read_choices(raw, path, contained, self.notes)

    def _code(self, raw: Raw, path: str) -> Code | None:
        codes = [self.notes.code(coding, where) for where, coding in self.notes.entries(raw, "code", path)]
        return next((code for code in codes if code), None)

    def _repeats(self, raw: Raw, path: str, kind: Kind) -> bool:
        repeats = self.notes.flag(raw, "repeats", path)
        if repeats and kind is not Kind.CHOICE:
            self.notes.add(path, f"a {kind} that repeats cannot be shown; only a choice may repeat")
        return repeats

    def _below(self, raw: Raw, path: str, kind: Kind, depth: int) -> tuple[Item, ...]:
        items = tuple(self._items(raw, path, depth + 1))
        if kind is not Kind.GROUP and any(item.kind is not Kind.DISPLAY for item in items):
            self.notes.add(path, "has questions below a question; put both into a group, with enableWhen")
        return items

    def _limit(self, raw: Raw, url: str, path: str, kind: Kind) -> float | None:
        found = extension(raw, url)
        if found is None:
            return None
        value = found.get("valueInteger", found.get("valueDecimal"))
        if kind in _WITH_LIMITS and isinstance(value, int | float) and not isinstance(value, bool):
            return value
        self.notes.add(path, f"{url.rpartition('/')[2]} is read of integer and decimal only, as a number")
        return None

    def _longest(self, raw: Raw, path: str) -> int:
        longest = raw.get("maxLength", LONGEST_TEXT)
        if isinstance(longest, int) and not isinstance(longest, bool) and longest > 0:
            return min(longest, LONGEST_TEXT)
        self.notes.add(path, "maxLength has to be a whole number above 0")
        return LONGEST_TEXT

    def _not_answerable(self, raw: Raw, path: str) -> None:
        if raw.get("initial"):
            self.notes.add(path, "has an initial answer; answers are not filled in beforehand, leave it out")
        if self.notes.flag(raw, "readOnly", path) and raw.get("type") not in ("group", "display"):
            self.notes.add(path, "is read-only and not calculated: nobody could answer it; leave it out")

    def _read_total(self, raw: Raw, path: str, kind: Kind) -> None:
        if kind not in _WITH_LIMITS:
            self.notes.add(path, f"a calculated {kind} cannot be shown; a total is an integer or a decimal")
            return
        stated = (extension(raw, addresses.CALCULATED) or {}).get("valueExpression")
        expression = stated.get("expression") if isinstance(stated, dict) else None
        found = read_sum(expression, self._variables()) if isinstance(expression, str) else None
        if found is None:
            self.notes.add(path, f"calculatedExpression is no plain sum of points; {MEND}")
        else:
            self.totals.append((path, found, self._code(raw, path)))

    def _variables(self) -> dict[str, str]:
        """Expressions by name, as the whole form declares them."""
        listed = self.raw.get("extension")
        stated = [
            one.get("valueExpression")
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, dict) and one.get("url") == addresses.VARIABLE
        ]
        return {
            str(one["name"]): str(one["expression"])
            for one in stated
            if isinstance(one, dict) and "name" in one and "expression" in one
        }

    def _checked(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        every = {below.link_id: below for item in items for below in item.walk()}
        check_conditions(every, self.paths, self.notes)
        return tuple(_comparing_words(item, every) for item in items)

    def _total(self, items: tuple[Item, ...]) -> tuple[tuple[Item, ...], Code | None, float | None]:
        """The items with those marked that the total adds up."""
        for path, _, _ in self.totals[1:]:
            self.notes.add(path, "is a second total; a form may have one")
        if not self.totals:
            return items, None, None
        path, sum_, code = self.totals[0]
        every = {below.link_id: below for item in items for below in item.walk()}
        for link_id in sum_.named:
            if link_id not in every:
                self.notes.add(path, f"adds up {link_id!r}, which is no item of this form")
        added = {i for i, item in every.items() if sum_.adds(i) and _has_points(item)}
        for link_id, item in every.items():
            if sum_.adds(link_id) and _lacks_points(item, link_id in sum_.named):
                self.notes.add(
                    self.paths[link_id], "is added up, with answers that have no points (ordinalValue)"
                )
        if not added:
            self.notes.add(path, "adds up nothing; give answers their points (ordinalValue)")
        highest = sum(every[link_id].most for link_id in added)
        return tuple(_marked(item, added) for item in items), code, highest


def _has_points(item: Item) -> bool:
    return bool(item.choices) and all(choice.points is not None for choice in item.choices)


def _lacks_points(item: Item, named: bool) -> bool:
    """Answers of which some have points and some none; or none have, where the total names the item."""
    if item.kind is not Kind.CHOICE or not item.choices or _has_points(item):
        return False
    return named or any(choice.points is not None for choice in item.choices)


def _marked(item: Item, added: set[str]) -> Item:
    below = tuple(_marked(one, added) for one in item.items)
    return replace(item, items=below, scored=item.link_id in added)


def _comparing_words(item: Item, every: dict[str, Item]) -> Item:
    """Answers of a choice are known by their value, which is a word: a number is compared as one."""
    when = tuple(
        replace(one, answer=str(one.answer))
        if one.operator != "exists" and one.question in every and every[one.question].kind is Kind.CHOICE
        else one
        for one in item.when
    )
    return replace(item, when=when, items=tuple(_comparing_words(below, every) for below in item.items))


def _slug(text: str) -> str:
    """Small letters, digits and hyphens: it stands in addresses."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64]
