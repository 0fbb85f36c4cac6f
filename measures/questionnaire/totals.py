"""Calculated totals: the one kind of expression that is read is the plain sum of the answers' points.

    %resource.descendants().where(linkId in ('1' | '2')).answer.value.weight().sum()

Which items it adds up may be said by `where` with a list of link ids or with `startsWith`; without it, every
item with points. The expression is recognized, never run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from measures.questionnaire.addresses import ORDINAL

MEND = "write it as %resource.descendants().where(linkId in ('1' | '2')).answer.value.weight().sum()"

_ID = r"'[^']*'"
_URL = rf"'{re.escape(ORDINAL)}'"
_SELECTOR = rf"""
    linkId\.startsWith\((?P<prefix>{_ID})\)
  | linkId\s+in\s+\(\s*(?P<listed>{_ID}(?:\s*\|\s*{_ID})*)\s*\)
  | (?P<ored>linkId\s*=\s*{_ID}(?:\s+or\s+linkId\s*=\s*{_ID})*)
  | linkId\s*!=\s*(?P<but>{_ID})
"""
_SUM = re.compile(
    rf"""^(?:%resource|QuestionnaireResponse)?\.?
    (?:item(?:\.descendants\(\))? | descendants\(\) | (?:item\.)?repeat\(item\))
    (?:\.where\(\s*(?:{_SELECTOR})\s*\))?
    \.answer
    (?:\.value(?:Coding|\.ofType\(Coding\))?)?
    \.(?:weight\(\) | ordinal\(\)
       | extension\({_URL}\)\.value(?:Decimal)?
       | extension\.where\(\s*url\s*=\s*{_URL}\s*\)\.value(?:Decimal)?)
    \.sum\(\)$""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Sum:
    """Which items a total adds up."""

    adds: Callable[[str], bool]
    named: tuple[str, ...] = ()  # link ids the expression names


def read_sum(expression: str, variables: dict[str, str]) -> Sum | None:
    """The sum an expression states; `%name` is looked up among the variables. None: it is no such sum."""
    said = " ".join(expression.split())
    if said.startswith("%") and said[1:] in variables:
        said = " ".join(variables[said[1:]].split())
    found = _SUM.match(said)
    if found is None:
        return None
    if found["prefix"]:
        prefix = found["prefix"][1:-1]
        return Sum(lambda link_id: link_id.startswith(prefix))
    if found["but"]:
        left_out = found["but"][1:-1]
        return Sum(lambda link_id: link_id != left_out)
    if named := tuple(re.findall(r"'([^']*)'", found["listed"] or found["ored"] or "")):
        return Sum(lambda link_id: link_id in named, named)
    return Sum(lambda _link_id: True)
