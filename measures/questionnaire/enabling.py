"""enableWhen: when an item is asked, checked against the questions it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from measures.instrument import Answer, Item, Kind, When
from measures.questionnaire.problems import Notes, Raw, value_of

_OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")
_FITTING = {  # answer[x] by the kind of the question it is compared with
    "answerBoolean": (Kind.BOOLEAN,),
    "answerInteger": (Kind.INTEGER, Kind.DECIMAL, Kind.CHOICE),
    "answerDecimal": (Kind.DECIMAL, Kind.INTEGER),
    "answerDate": (Kind.DATE,),
    "answerString": (Kind.STRING, Kind.TEXT, Kind.CHOICE),
    "answerCoding": (Kind.CHOICE,),
}


def read_when(raw: Raw, path: str, notes: Notes) -> tuple[tuple[When, ...], bool]:
    """The conditions, and whether one of them is enough."""
    conditions = tuple(_conditions(raw, path, notes))
    behavior = notes.text(raw, "enableBehavior", path)
    if behavior not in ("", "all", "any"):
        notes.add(path, f"enableBehavior {behavior!r} is unknown; use all or any")
    if len(conditions) > 1 and not behavior:
        notes.add(path, "has several enableWhen and no enableBehavior; add all or any")
    return conditions, behavior == "any"


def _conditions(raw: Raw, path: str, notes: Notes) -> Iterator[When]:
    for where, one in notes.entries(raw, "enableWhen", path):
        question = notes.text(one, "question", where, needed="name a linkId")
        operator = notes.text(one, "operator", where, needed=f"use one of {' '.join(_OPERATORS)}")
        if operator and operator not in _OPERATORS:
            notes.add(where, f"operator {operator!r} is unknown; use one of {' '.join(_OPERATORS)}")
            continue
        answer = _answer(one, operator, where, notes)
        if question and operator and answer is not None:
            yield When(question, operator, answer)


def _answer(one: Raw, operator: str, where: str, notes: Notes) -> Answer | None:
    found = value_of(one, "answer")
    if operator == "exists" and (found is None or not isinstance(found[1], bool)):
        notes.add(where, "operator exists needs answerBoolean")
        return None
    match found:
        case ("answerCoding", dict(coding)):
            return notes.text(coding, "code", where, needed="compare with a code") or None
        case ("answerDate", str(text)):
            try:
                return date.fromisoformat(text)
            except ValueError:
                notes.add(where, "answerDate has to be a whole date, such as 2026-03-31")
                return None
        case ("answerBoolean", bool(value)):
            return value
        case ("answerInteger" | "answerDecimal", int(value) | float(value)) if not isinstance(value, bool):
            return value
        case ("answerString", str(value)):
            return value.strip()
        case (name, _) if name in _FITTING:
            notes.add(where, f"{name} has the wrong shape")
        case (name, _):
            notes.add(where, f"{name} cannot be compared; use {', '.join(_FITTING)}")
        case None:
            notes.add(where, "has no answer to compare with")
    return None


def check_conditions(items: dict[str, Item], paths: dict[str, str], notes: Notes) -> None:
    """Every condition names a question, and an answer it can have; none hangs on itself."""
    for item in items.values():
        for when in item.when:
            says = _mismatch(when, items)
            if says:
                notes.add(f"{paths[item.link_id]}.enableWhen", says)
        if _hangs_on_itself(item.link_id, items):
            notes.add(f"{paths[item.link_id]}.enableWhen", "hangs on itself; break the circle")


def _mismatch(when: When, items: dict[str, Item]) -> str:
    question = items.get(when.question)
    if question is None or not question.kind.asks:
        return f"{when.question!r} is no question of this form; name a linkId that asks"
    if when.operator == "exists":
        return ""
    if question.kind is Kind.CHOICE:
        if when.operator not in ("=", "!="):
            return f"{when.question!r} is a choice, which is neither above nor below; use = or !="
        if question.choice(str(when.answer)) is None:
            return f"{when.question!r} has no answer {when.answer!r}"
    elif not _comparable(question.kind, when.answer):
        return f"{when.question!r} is answered with {question.kind}, not with {when.answer!r}"
    return ""


def _comparable(kind: Kind, answer: Answer) -> bool:
    match kind:
        case Kind.BOOLEAN:
            return isinstance(answer, bool)
        case Kind.INTEGER | Kind.DECIMAL:
            return isinstance(answer, int | float) and not isinstance(answer, bool)
        case Kind.DATE:
            return isinstance(answer, date)
        case _:
            return isinstance(answer, str)


def _hangs_on_itself(link_id: str, items: dict[str, Item]) -> bool:
    ahead, seen = [when.question for when in items[link_id].when], set[str]()
    while ahead:
        one = ahead.pop()
        if one == link_id:
            return True
        if one not in seen and one in items:
            seen.add(one)
            ahead += [when.question for when in items[one].when]
    return False
