"""CMS156: Use of high-risk medications in older adults. Three rates. Lower is better.

Specification: CMS156FHIRHighRiskMedsElderly 0.2.001 (NCQA for CMS, QI-Core 4, content year 2024). Names in
quotes are that library's defines. A medicine counts when it is ordered with a refill, or for two days of the
period.
"""

from measures.criteria import criterion, once
from measures.event import on_another_day
from measures.events import Events
from measures.measure import Group, Measure
from measures.medication_time import begins, days_supplied, refills
from measures.shared.daily_dose import DIGOXIN_STRENGTHS, DOXEPIN_STRENGTHS, is_above
from measures.shared.hospice import in_hospice
from measures.shared.palliative import in_palliative_care
from measures.shared.visits import (
    ANNUAL_WELLNESS,
    EYE_CARE,
    HOME,
    LONG_TERM_CARE,
    NURSING_FACILITY,
    NURSING_FACILITY_DISCHARGE,
    OFFICE,
    PHONE,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    VIRTUAL,
)
from measures.terminology import CPT, RXNORM, Code, ValueSet
from measures.time import Interval, before, both, either, overlap, within

ANTIHISTAMINES = ValueSet(
    "2.16.840.1.113883.3.464.1003.1043", "Potentially Harmful Antihistamines for Older Adults"
)
ANTIPARKINSONIAN_AGENTS = ValueSet(
    "2.16.840.1.113883.3.464.1003.1049", "Potentially Harmful Antiparkinsonian Agents for Older Adults"
)
ANTISPASMODICS = ValueSet(
    "2.16.840.1.113883.3.464.1003.1050",
    "Potentially Harmful Gastrointestinal Antispasmodics for Older Adults",
)
DIPYRIDAMOLE = ValueSet("2.16.840.1.113883.3.464.1003.1051", "Dipyridamole Medications")
GUANFACINE = ValueSet("2.16.840.1.113883.3.464.1003.196.11.1252", "Guanfacine Medications")
NIFEDIPINE = ValueSet("2.16.840.1.113883.3.464.1003.1053", "Nifedipine Medications")
ANTIDEPRESSANTS = ValueSet(
    "2.16.840.1.113883.3.464.1003.1054", "Potentially Harmful Antidepressants for Older Adults"
)
BARBITURATES = ValueSet(
    "2.16.840.1.113883.3.464.1003.1055", "Potentially Harmful Barbiturates for Older Adults"
)
MEPROBAMATE = ValueSet("2.16.840.1.113883.3.464.1003.1057", "Meprobamate Medications")
ESTROGENS = ValueSet("2.16.840.1.113883.3.464.1003.1058", "Potentially Harmful Estrogens for Older Adults")
SULFONYLUREAS = ValueSet(
    "2.16.840.1.113883.3.464.1003.1059", "Potentially Harmful Sulfonylureas for Older Adults"
)
DESICCATED_THYROID = ValueSet("2.16.840.1.113883.3.464.1003.1060", "Desiccated Thyroid Medications")
NONBENZODIAZEPINE_HYPNOTICS = ValueSet(
    "2.16.840.1.113883.3.464.1003.196.12.1480",
    "Potentially Harmful Nonbenzodiazepine Hypnotics for Older Adults",
)
MUSCLE_RELAXANTS = ValueSet(
    "2.16.840.1.113883.3.464.1003.1062", "Potentially Harmful Skeletal Muscle Relaxants for Older Adults"
)
PAIN_MEDICINES = ValueSet(
    "2.16.840.1.113883.3.464.1003.1063", "Potentially Harmful Pain Medications for Older Adults"
)
MEGESTROL = ValueSet("2.16.840.1.113883.3.464.1003.1247", "Megestrol Medications")
MEPERIDINE = ValueSet("2.16.840.1.113883.3.464.1003.1248", "Meperidine Medications")
ANTIINFECTIVES = ValueSet(
    "2.16.840.1.113883.3.464.1003.196.12.1481", "Potentially Harmful Antiinfectives for Older Adults"
)
DIGOXIN = ValueSet("2.16.840.1.113883.3.464.1003.1065", "Digoxin Medications")
DOXEPIN = ValueSet("2.16.840.1.113883.3.464.1003.1067", "Doxepin Medications")
ANTIPSYCHOTICS = ValueSet(
    "2.16.840.1.113883.3.464.1003.196.12.1523", "Potentially Harmful Antipsychotics for Older Adults"
)
BENZODIAZEPINES = ValueSet(
    "2.16.840.1.113883.3.464.1003.196.12.1522", "Potentially Harmful Benzodiazepines for Older Adults"
)
SCHIZOPHRENIA = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1205", "Schizophrenia")
SEIZURES = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1206", "Seizure Disorder")
REM_SLEEP_DISORDER = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1207", "REM Sleep Behavior Disorder")
BENZODIAZEPINE_WITHDRAWAL = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1208", "Benzodiazepine Withdrawal")
ALCOHOL_WITHDRAWAL = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1209", "Alcohol Withdrawal")
ANXIETY = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1210", "Generalized Anxiety Disorder")
BIPOLAR = ValueSet("2.16.840.1.113883.3.67.1.101.1.128", "Bipolar Disorder")
ERGOLOID = Code(RXNORM, "318179", "ergoloid mesylates 1 mg tablet")
BRIEF_VISIT = Code(CPT, "99211", "Office visit, established patient, without a physician")
VISITS = (OFFICE, BRIEF_VISIT, ANNUAL_WELLNESS, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, EYE_CARE)
RESIDENCES = (HOME, NURSING_FACILITY, NURSING_FACILITY_DISCHARGE, LONG_TERM_CARE)
# The classes of which two orders are too many, whatever the dose.
NERVOUS_SYSTEM = (ANTIDEPRESSANTS, BARBITURATES, ERGOLOID, MEPROBAMATE, NONBENZODIAZEPINE_HYPNOTICS)
ANTICHOLINERGIC = (ANTIHISTAMINES, ANTIPARKINSONIAN_AGENTS, ANTISPASMODICS)
CARDIOVASCULAR = (DIPYRIDAMOLE, GUANFACINE, NIFEDIPINE)
ENDOCRINE = (ESTROGENS, SULFONYLUREAS, DESICCATED_THYROID, MEGESTROL)
CLASSES = (*ANTICHOLINERGIC, *CARDIOVASCULAR, *NERVOUS_SYSTEM, *ENDOCRINE)
PAIN = (MUSCLE_RELAXANTS, PAIN_MEDICINES, MEPERIDINE)
# What calls for an antipsychotic or a benzodiazepine, from a year before the period to the first order in it.
TREATED_BY = {
    ANTIPSYCHOTICS: (SCHIZOPHRENIA, BIPOLAR),
    BENZODIAZEPINES: (
        SEIZURES,
        REM_SLEEP_DISORDER,
        BENZODIAZEPINE_WITHDRAWAL,
        ALCOHOL_WITHDRAWAL,
        ANXIETY,
    ),
}
DAYS_OF_ANTIINFECTIVES = 90
# Of each medicine: the most mg a day, and the strengths of its products.
DOSES = {DIGOXIN: (0.125, DIGOXIN_STRENGTHS), DOXEPIN: (6, DOXEPIN_STRENGTHS)}


def repeated(patient, period, medicine):
    """ "moreThanOneOrder": orders of the period with a refill, or for another day than another order."""
    orders = patient.medication_requests(medicine).starting(period)

    def for_another_day(one, other):
        begun = both(within(begins(one), period.interval), within(begins(other), period.interval))
        first, second = begins(one).by_day(), begins(other).by_day()
        apart = either(before(first, second), before(second, first))
        return either(on_another_day(one, other), both(apart, begun))

    return orders.where(lambda order: refills(order) >= 1) + orders.related(orders, for_another_day)


@once
def repeats(patient, period):
    """ "Same High Risk Medications Ordered on Different Days" """
    return sum((repeated(patient, period, medicine) for medicine in (*CLASSES, *PAIN)), Events())


@once
def long_antiinfectives(patient, period):
    """ "Two High Risk Medications with Prolonged Duration" """
    orders = repeated(patient, period, ANTIINFECTIVES)
    certain = [days_supplied(order) for order in orders.sure]
    possible = [*certain, *(days_supplied(order) for order in orders.maybe)]
    if sum(filter(None, certain)) > DAYS_OF_ANTIINFECTIVES:
        return orders
    perhaps = None in possible or sum(filter(None, possible)) > DAYS_OF_ANTIINFECTIVES
    return orders.where(lambda _order: None if perhaps else False)


@once
def high_doses(patient, period):
    """ "High Risk Medications with Average Daily Dose Criteria" """
    found = Events()
    for medicine, (most, strengths) in DOSES.items():
        too_much = is_above(patient, most, strengths)
        found = found + repeated(patient, period, medicine).where(too_much)
    return found


def without_reason(patient, period, medicine):
    """Orders for two days without a diagnosis that the medicine treats."""
    first = patient.medication_requests(medicine).starting(period).earliest()
    since = period.reaching_back(years=1).interval.start
    treated = patient.conditions(*TREATED_BY[medicine]).related(
        first, lambda condition, order: overlap(condition.when, Interval(since, order.start))
    )
    return repeated(patient, period, medicine).unless(treated)


@once
def antipsychotics(patient, period):
    return without_reason(patient, period, ANTIPSYCHOTICS)


@once
def benzodiazepines(patient, period):
    return without_reason(patient, period, BENZODIAZEPINES)


def latest(of):
    return lambda patient, period: of(patient, period).latest()


def ordered_again(_order, _patient, _period):
    return "ordered with a refill, or again for another day"


@criterion("65 or older at the end of the period")
def old_enough(patient, period):
    return patient.age_on(period.end) >= 65


@criterion("a visit in the period")
def seen(patient, period):
    return patient.encounters(*VISITS, *RESIDENCES, PHONE, VIRTUAL).during(period)


@criterion(
    "no high-risk medicine ordered twice",
    nearest=latest(repeats),
    why_not=ordered_again,
    do="Stop the high-risk medicine, or change to a safer one",
)
def spared_high_risk(patient, period):
    return not repeats(patient, period)


@criterion(
    "no anti-infective (nitrofurantoin) ordered for more than 90 days",
    nearest=latest(long_antiinfectives),
    why_not=lambda _order, _patient, _period: "more than 90 days together",
    do="Stop the long-term anti-infective, or change to a safer one",
)
def spared_long_antiinfectives(patient, period):
    return not long_antiinfectives(patient, period)


@criterion(
    "no digoxin above 0.125 mg and no doxepin above 6 mg a day ordered twice",
    nearest=latest(high_doses),
    why_not=ordered_again,
    do="Lower the dose: digoxin to at most 0.125 mg, doxepin to at most 6 mg a day",
)
def spared_high_doses(patient, period):
    return not high_doses(patient, period)


@criterion(
    "no antipsychotic ordered twice without schizophrenia or bipolar disorder",
    nearest=latest(antipsychotics),
    why_not=ordered_again,
    do="Stop the antipsychotic, or record the schizophrenia or bipolar disorder that it treats",
)
def spared_antipsychotics(patient, period):
    return not antipsychotics(patient, period)


@criterion(
    "no benzodiazepine ordered twice without seizures, REM sleep disorder, withdrawal or anxiety disorder",
    nearest=latest(benzodiazepines),
    why_not=ordered_again,
    do="Taper the benzodiazepine, or record the disorder that it treats",
)
def spared_benzodiazepines(patient, period):
    return not benzodiazepines(patient, period)


OUTRIGHT = spared_high_risk & spared_long_antiinfectives & spared_high_doses
WITHOUT_REASON = spared_antipsychotics & spared_benzodiazepines


def day_of_second_order(found):
    """An order can be withdrawn on its day; after the second, the period is lost."""
    orders = Events()
    for of in (repeats, long_antiinfectives, high_doses, antipsychotics, benzodiazepines):
        orders = orders + of(found.record, found.period)
    days = sorted({order.day for order in orders.sure if order.day})
    return days[min(1, len(days) - 1)] if days else None


MEASURE = Measure(
    id="CMS156",
    title="Use of high-risk medications in older adults",
    version="0.2.001",
    steward="NCQA",
    improvement="decrease",
    groups=(
        Group(
            id="Group_1",
            title="High-risk medicines",
            initial_population=old_enough & seen,
            expected=old_enough,
            exclusions=in_hospice | in_palliative_care,
            numerator=~OUTRIGHT,
            deadline=day_of_second_order,
        ),
        Group(
            id="Group_2",
            title="Antipsychotics and benzodiazepines without a diagnosis that they treat",
            initial_population=old_enough & seen,
            expected=old_enough,
            exclusions=in_hospice | in_palliative_care,
            numerator=~WITHOUT_REASON,
            deadline=day_of_second_order,
        ),
        Group(
            id="Group_3",
            title="Any of these",
            initial_population=old_enough & seen,
            expected=old_enough,
            exclusions=in_hospice | in_palliative_care,
            numerator=~(OUTRIGHT & WITHOUT_REASON),
            deadline=day_of_second_order,
        ),
    ),
)
