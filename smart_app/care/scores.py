"""Units a questionnaire's total comes in: none, written in the ways seen in the field."""

from collections.abc import Mapping

SCORE: Mapping[str, float] = {"{score}": 1, "": 1, "1": 1, "{#}": 1, "score": 1, "{points}": 1}
