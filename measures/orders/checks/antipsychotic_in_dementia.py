"""An antipsychotic with dementia: a boxed warning of the FDA since 2005, and of the Beers criteria."""

from measures.criteria import criterion
from measures.orders.asking import active_problems, old, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import ANTIPSYCHOTIC
from measures.orders.problems import DEMENTIA
from measures.shared.antipsychotics import BIPOLAR, SCHIZOPHRENIA


@criterion("dementia")
def dementia(patient, today):
    return active_problems(patient, today, DEMENTIA)


@criterion("schizophrenia or bipolar disorder, which it treats")
def has_its_reason(patient, today):
    return active_problems(patient, today, SCHIZOPHRENIA, BIPOLAR)


CHECK = OrderCheck(
    id="antipsychotic-in-dementia",
    title="Antipsychotic with dementia at 65 or older",
    version="2",
    citations=(
        Citation("FDA boxed warning: increased mortality in elderly patients with dementia", "2005, 2008"),
        Citation("AGS Beers Criteria for Potentially Inappropriate Medication Use", "2023"),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(ANTIPSYCHOTIC),
    when=old & dementia & ~has_its_reason,
    says=(
        "{draft.name} ordered with dementia, on record since {dementia.date}: higher mortality",
        "{draft.name} ordered with dementia: higher mortality",
    ),
    detail=(
        "Stroke and death are more frequent. Reserved for danger to self or others where nothing else "
        "helps, at the lowest dose, reviewed within weeks. Brexpiprazole alone is approved for agitation "
        "in Alzheimer's disease, with the same warning."
    ),
    mends=(REMOVE,),
)
