"""Addresses of extensions in Questionnaires: those we read, and those that change what a form does."""

from __future__ import annotations

_FHIR = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"

ORDINAL = f"{_FHIR}ordinalValue"
POINTS = (ORDINAL, f"{_FHIR}itemWeight", f"{_FHIR}questionnaire-ordinalValue")
CALCULATED = f"{_SDC}calculatedExpression"
VARIABLE = f"{_FHIR}variable"
LEAST = f"{_FHIR}minValue"
MOST = f"{_FHIR}maxValue"

# A form with one of these would ask, answer or score otherwise than we do: it is refused. Others only say how
# a form should look.
REFUSED = {
    f"{_SDC}enableWhenExpression": "say it with enableWhen",
    f"{_SDC}answerExpression": "list the answers as answerOption",
    f"{_SDC}candidateExpression": "list the answers as answerOption",
    f"{_SDC}answerOptionsToggleExpression": "list the answers as answerOption",
    f"{_SDC}initialExpression": "answers are not filled in beforehand; leave it out",
    f"{_SDC}questionnaireAdaptive": "adaptive forms cannot be shown; list the questions",
    f"{_FHIR}cqf-expression": "say the total with calculatedExpression",
    f"{_FHIR}cqf-calculatedValue": "say the total with calculatedExpression",
    f"{_FHIR}questionnaire-constraint": "say limits with minValue, maxValue, maxLength or required",
    f"{_FHIR}regex": "say limits with minValue, maxValue, maxLength or required",
    f"{_FHIR}questionnaire-optionExclusive": "an answer that excludes others cannot be shown",
}
