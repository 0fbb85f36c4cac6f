"""An antidepressant begun under 25 without an assessment of the risk of suicide in the last 30 days.

Begun: no antidepressant ordered or supplied in the record before today. An assessment is a C-SSRS, item 9 of
the PHQ-9 (alone or in the panel), or the procedure. A dose that is changed is not asked about.
"""

from measures.criteria import criterion
from measures.orders.asking import on_already, ordered
from measures.orders.check import Citation, Mend, Need, OrderCheck, Severity
from measures.orders.medicines import ANTIDEPRESSANTS
from measures.orders.problems import SUICIDE_RISK_ASSESSMENT
from measures.shared.suicide_risk import ITEM_9, PHQ9_PANEL

YOUNG = 25  # years
DAYS = 30


@criterion("under 25 years old")
def young(patient, today):
    return patient.age_on(today.end) < YOUNG


def assessments(patient):
    in_panel = patient.observations(PHQ9_PANEL).where(lambda panel: panel.component(ITEM_9) is not None)
    named = patient.observations(SUICIDE_RISK_ASSESSMENT).with_value()
    return named + patient.procedures(SUICIDE_RISK_ASSESSMENT) + in_panel


@criterion(
    "the risk of suicide assessed in the last 30 days",
    nearest=lambda patient, _today: assessments(patient).latest(at=lambda one: one.concluded),
)
def assessed(patient, today):
    return assessments(patient).concluding(today.reaching_back(days=DAYS))


CHECK = OrderCheck(
    id="antidepressant-under-25",
    title="Antidepressant begun under 25 without an assessment of suicide risk",
    version="1",
    citations=(Citation("FDA boxed warning: suicidality and antidepressant drugs", "2007-05"),),
    severity=Severity.WARNING,
    concerns=ordered(*ANTIDEPRESSANTS),
    when=young & ~on_already(*ANTIDEPRESSANTS),
    needs=(Need("suicide-risk assessment", assessed, due="before an antidepressant is begun"),),
    says=("{draft.name} begun at {patient.age}: {missing}",),
    detail=(
        "Under 25 antidepressants raise the risk of suicidal thoughts in the first weeks. Assess it now, and "
        "see or call the patient within a week and again within four."
    ),
    mends=(Mend("Open the C-SSRS", instrument="c-ssrs-screener"),),
)
