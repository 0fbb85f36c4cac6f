"""An assessment as it is written: its answers, its results, or the same as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from measures.instrument import Answer, Finding, Form, Instrument, Item, Kind, Mode, Response, Score
from measures.instrument_results import Amount, Chosen, Result, recorded, results
from measures.terminology import LOINC, Code
from smart_app import fhir_resources as fhir
from smart_app.fhir_resources import Resource, Setting
from smart_app.writeback import Piece, References, Rungs

QUESTIONNAIRES = "https://throughline.invalid/fhir/Questionnaire"
_NOTE = Code(LOINC, "11488-4", "Consult note")  # of a document that has no code of its own
ANSWERS = "answers"


@dataclass(frozen=True)
class Assessment:
    """One filled-in form. `finding` is recorded beside the score where the clinician says so."""

    instrument: Instrument
    response: Response
    score: Score
    day: date
    finding: Finding | None = None

    @property
    def mode(self) -> Mode:
        return self.response.mode or Mode.IN_PERSON

    @property
    def result(self) -> str:
        """ "17, moderately severe"; empty for a form that has no result."""
        level = self.instrument.total_form is Form.LEVEL
        number = "" if level or self.score.value is None else f"{self.score.value:g}"
        if number and self.instrument.total_form is Form.PERCENT:
            number += " %"
        return ", ".join(filter(None, (number, self.score.word)))

    @property
    def title(self) -> str:
        return " ".join(filter(None, (self.instrument.title, self.result)))

    @property
    def results(self) -> Iterator[Result]:
        """What is filed as a result of its own. Items are where there is no total, or where one is read as a
        number (item 9 of the PHQ-9); all others are in the answers.
        """
        instrument = self.instrument
        for one in results(instrument, self.response, self.score):
            alone = one.role != "item" or instrument.total is None
            if alone or instrument.item(one.link_id).form is Form.POINTS:
                yield one
        if self.finding is not None and self.score.positive is not None:
            yield recorded(self.finding, self.score.positive)


def rungs(made: Assessment, setting: Setting) -> Rungs:
    """Results and answers as resources of their own; else one document. A form that is a document is that."""
    document = Piece("document", "DocumentReference", lambda _: _document(made, setting))
    answers = Piece(ANSWERS, "QuestionnaireResponse", lambda _: answers_of(made, setting), essential=False)
    if made.instrument.filed_as is not None:
        return ((document, answers),)
    whole = (answers,) if made.response.answers else ()
    return ((*whole, *results_of(made, setting)), (document,))


def results_of(made: Assessment, setting: Setting) -> Iterator[Piece]:
    for number, result in enumerate(made.results):
        yield _piece(made, setting, f"result-{number}", result)


def _piece(made: Assessment, setting: Setting, name: str, result: Result) -> Piece:
    def build(written: References) -> Resource:
        answers = written.get(ANSWERS)
        return fhir.observation(
            setting,
            name,
            _concept(result.text, result.code),
            _value(result),
            made.day,
            mode=made.mode,
            derived_from=[answers] if answers else (),
            # Without the QuestionnaireResponse the answers would be lost.
            components=() if answers or result.role != "total" else _components(made),
            note=result.note,
        )

    return Piece(name, "Observation", build)


def _components(made: Assessment) -> Iterable[Resource]:
    for one in results(made.instrument, made.response, made.score):
        if one.role == "item":
            yield {"code": _concept(one.text, one.code), **_value(one)}


def _concept(text: str, code: Code | None) -> Resource:
    return fhir.concept(*([code] if code else []), text=text)


def _value(result: Result) -> Resource:
    match result.value:
        case Amount(number, unit):
            quantity = {"value": number, "unit": unit.display, "system": unit.system, "code": unit.value}
            return {"valueQuantity": quantity}
        case Chosen(text, code):
            return {"valueCodeableConcept": _concept(text, code)}
        case bool(value):
            return {"valueBoolean": value}
        case str(value):
            return {"valueString": value}


def answers_of(made: Assessment, setting: Setting) -> Resource:
    """The QuestionnaireResponse."""
    version = made.instrument.version.replace(" ", "-").replace(",", "")
    address = f"{made.instrument.url or f'{QUESTIONNAIRES}/{made.instrument.id}'}|{version}"
    items = [one for item in made.instrument.items for one in _answered(item, made.response.answers)]
    return fhir.questionnaire_response(setting, ANSWERS, address, items, made.day, mode=made.mode)


def _answered(item: Item, answers: Mapping[str, Answer]) -> Iterator[Resource]:
    below = [one for child in item.items for one in _answered(child, answers)]
    if item.kind is Kind.GROUP:
        if below:
            yield {"linkId": item.link_id, "text": item.text, "item": below}
    elif item.link_id in answers:
        given = answers[item.link_id]
        answered = [_answer(item, one) for one in (given if isinstance(given, tuple) else (given,))]
        if below:
            answered[0] = answered[0] | {"item": below}
        yield {"linkId": item.link_id, "text": item.text, "answer": answered}


def _answer(item: Item, value: Answer) -> Resource:
    if item.kind is Kind.CHOICE and (choice := item.choice(str(value))):
        if choice.code is None:
            return {"valueCoding": {"code": choice.value, "display": choice.text}}
        code = choice.code
        return {"valueCoding": {"system": code.system, "code": code.value, "display": code.display}}
    match value:
        case bool():
            return {"valueBoolean": value}
        case int():
            return {"valueInteger": value}
        case float():
            return {"valueDecimal": value}
        case date():
            return {"valueDate": value.isoformat()}
        case _:
            return {"valueString": str(value)}


def _document(made: Assessment, setting: Setting) -> Resource:
    instrument = made.instrument
    code = instrument.filed_as or instrument.panel or instrument.total or _NOTE
    kind = fhir.concept(code, text=instrument.title)
    return fhir.document(setting, "document", made.title, text_of(made), made.day, kind)


def text_of(made: Assessment) -> str:
    """The whole assessment as plain text, to be read in a note."""
    answers = made.response.answers
    lines = [f"{made.title} ({made.day.isoformat()}, {made.mode})"]
    lines += [flag.says for flag in made.score.flags]
    lines += [made.score.note] if made.score.note else []
    for item in made.instrument:
        if item.kind is Kind.GROUP and any(below.link_id in answers for below in item.walk()):
            lines += ["", item.text]
        elif item.link_id in answers:
            lines.append(f"{item.text}: {_said(item, answers[item.link_id])}")
    return "\n".join(lines) + "\n"


def _said(item: Item, answer: Answer) -> str:
    """ "Several days (1)"."""
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    if item.kind is not Kind.CHOICE:
        return str(answer)
    values = answer if isinstance(answer, tuple) else (str(answer),)
    chosen = [choice for choice in map(item.choice, values) if choice]
    return "; ".join(c.text if c.points is None else f"{c.text} ({c.points:g})" for c in chosen)
