"""An Instrument written as a FHIR R4 Questionnaire, for QuestionnaireResponse.questionnaire to point at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from measures.instrument import Choice, Instrument, Item, When
from measures.questionnaire import addresses
from measures.scoring import Summed
from measures.terminology import Code

TOTAL = "total"
"""The linkId of the calculated total."""


def canonical(instrument: Instrument, base: str) -> str:
    """The address responses name, with the version."""
    return f"{base.rstrip('/')}/Questionnaire/{instrument.id}|{quote(instrument.version)}"


def questionnaire_of(instrument: Instrument, base: str) -> dict[str, Any]:
    """The Questionnaire as a dict; `base` is the public address it is known under."""
    url = canonical(instrument, base).partition("|")[0]
    items = [_item(item, instrument, url) for item in instrument.items]
    if isinstance(instrument.scorer, Summed) and instrument.scorer.factor == 1:
        items.append(_total(instrument))
    return _filled(
        resourceType="Questionnaire",
        id=instrument.id,
        language=instrument.language,
        url=url,
        version=instrument.version,
        name="".join(part.capitalize() for part in instrument.id.split("-")),
        title=instrument.title,
        status="active",
        subjectType=["Patient"],
        purpose=instrument.about,
        copyright=instrument.licence,
        code=[coding(instrument.panel)] if instrument.panel else None,
        item=items,
    )


def coding(code: Code) -> dict[str, str]:
    return {"system": code.system, "code": code.value, "display": code.display}


def choice_coding(choice: Choice, questionnaire: str) -> dict[str, str]:
    """The answer's LOINC code, or a code of the form's own: a code without its system is not a code."""
    return coding(choice.code or Code(f"{questionnaire}/answers", choice.value, choice.text))


def _item(item: Item, instrument: Instrument, url: str) -> dict[str, Any]:
    return _filled(
        extension=list(_limits(item)) or None,
        linkId=item.link_id,
        code=[coding(item.code)] if item.code else None,
        text=item.text,
        type=item.kind.value,
        enableWhen=[_when(when, instrument, url) for when in item.when],
        enableBehavior=("any" if item.any_of else "all") if len(item.when) > 1 else None,
        required=True if item.required and item.kind.asks else None,
        repeats=True if item.repeats else None,
        answerOption=[_option(choice, url) for choice in item.choices],
        item=[_item(below, instrument, url) for below in item.items],
    )


def _limits(item: Item) -> Iterator[dict[str, Any]]:
    for url, limit in ((addresses.LEAST, item.at_least), (addresses.MOST, item.at_most)):
        if limit is not None:
            yield {"url": url, "valueInteger" if isinstance(limit, int) else "valueDecimal": limit}


def _option(choice: Choice, url: str) -> dict[str, Any]:
    points = choice.points
    weight = None if points is None else [{"url": addresses.ORDINAL, "valueDecimal": points}]
    return _filled(extension=weight, valueCoding=choice_coding(choice, url))


def _when(when: When, instrument: Instrument, url: str) -> dict[str, Any]:
    answer = when.answer
    value: dict[str, Any]
    if isinstance(answer, bool):
        value = {"answerBoolean": answer}
    elif isinstance(answer, int):
        value = {"answerInteger": answer}
    elif isinstance(answer, float):
        value = {"answerDecimal": answer}
    elif isinstance(answer, date):
        value = {"answerDate": answer.isoformat()}
    elif choice := instrument.item(when.question).choice(str(answer)):
        value = {"answerCoding": choice_coding(choice, url)}
    else:
        value = {"answerString": str(answer)}
    return {"question": when.question, "operator": when.operator, **value}


def _total(instrument: Instrument) -> dict[str, Any]:
    added = [item.link_id for item in instrument.questions if item.scored]
    listed = " | ".join(f"'{link_id}'" for link_id in added)
    expression = f"%resource.descendants().where(linkId in ({listed})).answer.value.weight().sum()"
    return _filled(
        extension=[
            {
                "url": addresses.CALCULATED,
                "valueExpression": {"language": "text/fhirpath", "expression": expression},
            }
        ],
        linkId=TOTAL,
        code=[coding(instrument.total)] if instrument.total else None,
        text="Total score",
        type="decimal",
        readOnly=True,
    )


def _filled(**elements: Any) -> dict[str, Any]:
    """FHIR knows no empty elements."""
    return {name: value for name, value in elements.items() if value not in (None, "", [])}
