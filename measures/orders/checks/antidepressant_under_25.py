"""An antidepressant begun under 25 without an assessment of the risk of suicide in the last 30 days.

Begun: no antidepressant ordered or supplied in the record before today. An assessment is a C-SSRS, item 9 of
the PHQ-9 (alone or in the panel), or the procedure. A dose that is changed is not asked about.
"""

from measures.criteria import criterion
from measures.orders.asking import on_already, ordered
from measures.orders.check import Citation, Kind, Mend, Need, OrderCheck, Severity
from measures.orders.medicines import ANTIDEPRESSANTS
from measures.orders.problems import SUICIDE_RISK_ASSESSMENT
from measures.shared.suicide_risk import item_9_answers

YOUNG = 25  # years
DAYS = 30


@criterion("under 25 years old")
def young(patient, today):
    return patient.age_on(today.end) < YOUNG


def assessments(patient, today):
    named = patient.observations(SUICIDE_RISK_ASSESSMENT).with_value()
    return named + patient.procedures(SUICIDE_RISK_ASSESSMENT) + item_9_answers(patient, today)


@criterion(
    "the risk of suicide assessed in the last 30 days, or an assessment ordered now",
    nearest=lambda patient, today: assessments(patient, today).latest(at=lambda one: one.concluded),
)
def assessed(patient, today):
    lately = assessments(patient, today).concluding(today.reaching_back(days=DAYS))
    return lately + patient.drafts.service_requests(SUICIDE_RISK_ASSESSMENT)


CHECK = OrderCheck(
    id="antidepressant-under-25",
    title="Antidepressant begun under 25 without an assessment of suicide risk",
    version="2",
    citations=(Citation("FDA boxed warning: suicidality and antidepressant drugs", "2007-05"),),
    severity=Severity.WARNING,
    kind=Kind.DUE,
    concerns=ordered(*ANTIDEPRESSANTS),
    when=young & ~on_already(*ANTIDEPRESSANTS),
    needs=(
        Need(
            "suicide-risk assessment",
            assessed,
            add="cssrs_order",
            due="before an antidepressant is begun",
        ),
    ),
    says=("{draft.name} begun at {patient.age}: {missing}",),
    detail=(
        "Under 25 antidepressants raise the risk of suicidal thoughts in the first weeks. Assess it now, and "
        "see or call the patient within a week and again within four."
    ),
    mends=(Mend("Open the C-SSRS", instrument="c-ssrs-screener"),),
)
