"""Two people changed a rule: what each of them wrote, side by side. Nothing of either is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import render_template

from cds_service.outside.rule_store import RuleText
from cds_service.outside.yaml_file import parse_yaml
from cds_service.rule_words import differences


def both_texts(theirs: RuleText, mine: str) -> str:
    """The page for whoever came second; both texts are rules, checked."""
    lines = differences(_values(theirs.text), _values(mine))
    return render_template("staff/rule_overtaken.html", theirs=theirs, mine=mine, lines=lines)


def _values(text: str) -> Any:
    return parse_yaml(text.encode(), Path("rule.yaml")).values
