"""Two people changed a rule: what each of them wrote, side by side. Nothing of either is lost."""

from __future__ import annotations

from flask import render_template

from cds_service.outside.rule_store import RuleText
from cds_service.rule_words import changes
from smart_app.studio.yaml_form import values_of


def both_texts(theirs: RuleText, mine: str) -> str:
    """The page for whoever came second; both texts are rules, checked."""
    changed = changes(values_of(theirs.text), values_of(mine))
    return render_template("staff/rule_overtaken.html", theirs=theirs, mine=mine, changed=changed)
