"""The quality team's risk file as it is worked on: read with all that is wrong, saved, tried on a panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cds_service.outside.risk_models import NotAllowed
from cds_service.outside.risk_policies import SavedPolicy
from cds_service.outside.yaml_file import FileProblems
from cds_service.risk import Risk
from cds_service.risk_policy import FILE, parse_policy, shipped_policy
from measures.risk.outcome import OUTCOMES
from measures.risk.outlook import MARKS, Outlook, Scores, readable
from measures.risk.panel import Others, opened
from measures.risk.policy import GROUPS, TIE_BREAKS, Policy
from measures.risk.score import HORIZONS
from measures.risk.worklist import Moves, moves
from measures.terminology import Vocabulary
from smart_app.staff.filled_form import Filled
from smart_app.studio.yaml_form import Document, Field, Parts, YamlForm, values_of

NAME = Path("risk.yaml")
_HORIZONS = frozenset(f"horizons.{outcome}" for outcome in OUTCOMES)
_GROUPS = {"smi": "serious mental illness", "sud": "substance use", "sdoh": "social needs"}


def _parts() -> Parts:
    outcomes = tuple((one.id, one.says) for one in OUTCOMES.values())
    first_ranks = f"Of: {', '.join(OUTCOMES)}. One a line; the first ranks, the others stand beside it."
    days = f"Of: {', '.join(map(str, HORIZONS))}. One a line; the first ranks. Empty: all."
    ties, marks = ", ".join(TIE_BREAKS), ", ".join(MARKS)
    in_100, points = "So many in 100, of a model.", "So many expert points."
    return (
        (
            "What is scored",
            (
                Field("version", "Version", "Another one with every change."),
                Field("outcomes", "What is foretold", first_ranks, rows=len(OUTCOMES)),
                *(Field(f"horizons.{one}", f"Days, for {says}", days, rows=2) for one, says in outcomes),
                Field("features_off", "Inputs that are off", "One a line.", rows=3),
            ),
        ),
        (
            "How the expert points weigh",
            tuple(Field(f"weights.{g}", f"Times, for {_GROUPS[g]}", "0 to 5; 1 as shipped.") for g in GROUPS),
        ),
        (
            "Who is on the worklist",
            (
                Field("worklist.panel_percent", "Percent of the panel", "5 to 10."),
                Field("worklist.tie_break", "Ties are broken by", f"Of: {ties}. One a line.", rows=2),
                Field("worklist.exclude", "Left out", f"Of: {marks}. One a line.", rows=2),
                Field("worklist.cap_per_care_manager", "Most for each care manager", "Empty: no cap."),
            ),
        ),
        (
            "From when a card tells of it",
            (
                Field("rise.in_100", "Risen in a month by", in_100),
                Field("rise.points", "Or by", points),
                Field("high.in_100", "High from", in_100),
                Field("high.points", "Or from", points),
            ),
        ),
    )


FORM = YamlForm(
    _parts(),
    lists=frozenset({"outcomes", *_HORIZONS, "features_off", "worklist.tie_break", "worklist.exclude"}),
    numbers=frozenset({*_HORIZONS, "worklist.cap_per_care_manager"}),
    decimals=frozenset(
        {
            *(f"weights.{group}" for group in GROUPS),
            *(f"{moved}.{unit}" for moved in ("rise", "high") for unit in ("in_100", "points")),
            "worklist.panel_percent",
        }
    ),
)


def text_in_use(risk: Risk) -> str:
    """What is in use, as it was written."""
    released = risk.policies.latest()
    return released.text if released else FILE.read_text("utf-8")


def document_of(form: Mapping[str, str], text: str) -> Document:
    """What a filled-in form means, beside a text it was made of."""
    return FORM.document_of(form, _in_words_of_today(values_of(text)))


def read(text: str) -> Filled:
    """A text with everything that is wrong with it."""
    values = _in_words_of_today(values_of(text))
    try:
        parse_policy(text.encode("utf-8", "replace"), NAME)
    except FileProblems as wrong:
        problems, lines = FORM.by_field(wrong.problems)
        return Filled(FORM.fields_of(values), text, problems, lines)
    return Filled(FORM.fields_of(values), text)


def _in_words_of_today(values: Any) -> Any:
    """A file that could name but one outcome and one horizon, as the form has them now."""
    if not isinstance(values, dict) or not values.keys() & {"outcome", "horizon"}:
        return values
    kept = {name: said for name, said in values.items() if name not in ("outcome", "horizon")}
    outcome = values.get("outcome", "acute")
    return {"outcomes": [outcome], "horizons": {outcome: [values.get("horizon", HORIZONS[-1])]}, **kept}


def save(risk: Risk, text: str, *, author: str) -> SavedPolicy:
    """Keep it for a second person to approve. Raises FileProblems, and NotAllowed for a version that is
    taken.
    """
    policy = parse_policy(text.encode("utf-8", "replace"), NAME)
    if policy.version == shipped_policy().version and policy != shipped_policy():
        raise NotAllowed(f"version {policy.version!r} is the shipped file's; give it another one")
    return risk.policies.save(policy.version, text, author=author)


def roll_back(risk: Risk, *, by: str) -> str:
    """Put back what was in use before; its version. Raises NotAllowed."""
    shipped = FILE.read_text("utf-8")
    return risk.policies.roll_back(shipped, shipped_policy().version, by=by).version


@dataclass(frozen=True)
class TrialPanel:
    """A folder of Bulk FHIR that a changed file scores anew."""

    folder: Path
    vocabulary: Vocabulary
    others: Others | None
    day: date

    def scored(self, scores: Scores) -> Iterator[Outlook]:
        """Everybody, one at a time."""
        with opened(self.folder, self.vocabulary, others=self.others) as panel:
            for record in panel.records():
                found = readable(scores, record, self.day)
                if found is not None:
                    yield found[1]


class NeedsPanel(NotAllowed):
    """The file changes what ranks, so scores that are kept cannot tell what it would do."""


def what_scores(risk: Risk, policy: Policy | None = None) -> Iterator[str]:
    """A line for what ranks and for each outcome beside it, with why no model tells it; under a file that is
    tried, or under the one in use.
    """
    used = risk.in_use() if policy is None else risk.tried(policy)
    ranks = (
        f"{used.foretold.outcome}, {used.foretold.horizon} days: {used.label}" if used.model else used.label
    )
    yield f"ranked by {ranks or 'nothing'}" + (f" ({used.note})" if used.note else "")
    for one in risk.beside(policy):
        yield f"beside it, {one.foretold.outcome}: {one.label or f'not told, {one.note}'}"
    for outcome in sorted(risk.models.in_use()[1].keys() - used.policy.named):
        yield f"not told, {outcome}: a model of it is live, but the risk file does not name it"


def tried_on(risk: Risk, host_ehr: str, policy: Policy, panel: TrialPanel | None) -> Moves:
    """Who would enter and leave the worklist under a file; of the scores that are kept, also beside what
    ranks, unless a panel is given. Raises NotAllowed while risk is off, and NeedsPanel.
    """
    tried = risk.tried(policy)
    if tried.scores is None:
        raise NotAllowed("risk is switched off; turn it on: throughline risk on --by NAME")
    scored = panel.scored(tried.scores) if panel else None
    if scored is None and tried.key != risk.in_use().key:
        scored = risk.kept_beside(host_ehr, tried) if tried.model else None
        if scored is None:
            raise NeedsPanel("the file changes what ranks: the panel has to be scored with it")
    before = risk.worklists.patients(host_ehr)
    return moves(before, [one.patient for one in risk.ranked(host_ehr, tried, scored)])
