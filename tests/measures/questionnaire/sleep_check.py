"""A Questionnaire that uses everything we read: groups, conditions, limits, contained answers, a total."""

from __future__ import annotations

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"


def total(expression: str) -> dict:
    stated = {"language": "text/fhirpath", "expression": expression}
    return {
        "linkId": "sum",
        "text": "Sum",
        "type": "integer",
        "readOnly": True,
        "extension": [{"url": CALCULATED, "valueExpression": stated}],
    }


def points(n: float, url: str = ORDINAL) -> list[dict]:
    return [{"url": url, "valueDecimal": n}]


SLEEP = {
    "resourceType": "Questionnaire",
    "id": "Sleep_Check",
    "title": "Sleep check",
    "version": "2",
    "status": "active",
    "copyright": "Riverside clinic",
    "code": [{"system": "http://loinc.org", "code": "1-8", "display": "Made up"}],
    "contained": [
        {
            "resourceType": "ValueSet",
            "id": "how-often",
            "compose": {
                "include": [
                    {
                        "system": "http://loinc.org",
                        "concept": [
                            {"code": "LA6568-5", "display": "Not at all", "extension": points(0)},
                            {"code": "LA6571-9", "display": "Nearly every day", "extension": points(3)},
                        ],
                    }
                ]
            },
        }
    ],
    "item": [
        {"linkId": "intro", "text": "About your sleep", "type": "display"},
        {
            "linkId": "grid",
            "text": "Last week",
            "type": "group",
            "item": [
                {"linkId": "grid.1", "text": "Awake", "type": "choice", "required": True,
                 "answerValueSet": "#how-often"},
                {"linkId": "grid.2", "text": "Tired", "type": "choice",
                 "answerOption": [
                     {"extension": points(0, WEIGHT), "valueInteger": 0},
                     {"extension": points(1, WEIGHT), "valueInteger": 1},
                 ],
                 "item": [{"linkId": "grid.2.help", "text": "In the day", "type": "display"}]},
                {"linkId": "grid.3", "text": "Naps", "type": "choice",
                 "enableWhen": [{"question": "grid.2", "operator": "=", "answerInteger": 1}],
                 "answerOption": [
                     {"valueCoding": {"code": "few", "display": "Few", "extension": points(1)}},
                     {"valueCoding": {"code": "many", "display": "Many", "extension": points(2.5)}},
                 ]},
            ],
        },
        {"linkId": "hours", "text": "Hours slept", "type": "decimal",
         "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 24}]},
        {"linkId": "since", "text": "Since", "type": "date"},
        {"linkId": "what", "text": "What helps", "type": "choice", "repeats": True,
         "answerOption": [{"valueString": "Tea"}, {"valueString": "Music"}]},
        {"linkId": "note", "text": "Anything else", "type": "text", "maxLength": 20,
         "enableBehavior": "any",
         "enableWhen": [
             {"question": "hours", "operator": "<", "answerDecimal": 6},
             {"question": "since", "operator": "exists", "answerBoolean": True},
         ]},
        total("%resource.item.descendants().where(linkId.startsWith('grid.')).answer.value.ordinal().sum()"),
    ],
}  # fmt: skip
