"""FHIR R4 Questionnaires: read one into an Instrument, write an Instrument as one, and read the responses.

A simple Questionnaire is read whole or refused: whatever we could not show or score as its author meant it is
named with its path and the mend, all problems at once.
"""

from measures.questionnaire.problems import QuestionnaireProblem, QuestionnaireProblems
from measures.questionnaire.reading import read_questionnaire
from measures.questionnaire.responses import ReadResponse, read_response, response_items
from measures.questionnaire.writing import questionnaire_of

__all__ = [
    "QuestionnaireProblem",
    "QuestionnaireProblems",
    "ReadResponse",
    "questionnaire_of",
    "read_questionnaire",
    "read_response",
    "response_items",
]
