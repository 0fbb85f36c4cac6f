"""Valproate or carbamazepine where pregnancy is possible, without contraception or a pregnancy test.

Female, 12 to 50, and nothing on record that rules pregnancy out. Contraception stands as a problem or as an
active order; a test counts for 30 days.
"""

from measures.criteria import criterion
from measures.orders.asking import active_problems, being_ordered, ordered, pregnant, results, taking
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, Need, OrderCheck, Severity
from measures.orders.laboratory import PREGNANCY_TEST
from measures.orders.medicines import CARBAMAZEPINE, CONTRACEPTIVES, VALPROATE
from measures.orders.problems import CANNOT_CONCEIVE, CONTRACEPTION
from measures.shared.sex import female

YOUNGEST, OLDEST = 12, 50
DAYS = 30  # that a pregnancy test counts


@criterion("12 to 50 years old")
def of_child_bearing_age(patient, today):
    return YOUNGEST <= patient.age_on(today.end) <= OLDEST


@criterion("sterilised, without uterus or ovaries, or past menopause")
def cannot_conceive(patient, today):
    return active_problems(patient, today, CANNOT_CONCEIVE) + patient.procedures(CANNOT_CONCEIVE)


@criterion("contraception on record, or a pregnancy test in the last 30 days or ordered now")
def protected(patient, today):
    return (
        active_problems(patient, today, CONTRACEPTION)
        + taking(patient, today, CONTRACEPTIVES)
        + patient.drafts.medication_requests(CONTRACEPTIVES)
        + results(patient, today, DAYS, PREGNANCY_TEST)
        + being_ordered(patient, today, PREGNANCY_TEST)
    )


CHECK = OrderCheck(
    id="valproate-pregnancy-possible",
    title="Valproate or carbamazepine where pregnancy is possible",
    version="3",
    citations=(
        Citation("FDA label of valproate, boxed warning: fetal risk", CURRENT),
        Citation("FDA label of carbamazepine, Usage in pregnancy", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(VALPROATE, CARBAMAZEPINE),
    when=female & of_child_bearing_age & ~cannot_conceive & ~pregnant,
    needs=(
        Need(
            "contraception or recent pregnancy test",
            protected,
            add="pregnancy_test_order",
            adds="pregnancy test",
        ),
    ),
    says=("{draft.name} ordered at {patient.age}: {missing}",),
    detail=(
        "Valproate in pregnancy: major malformations in about one of ten, lower IQ and autism; "
        "carbamazepine: neural tube defects, and hormonal contraceptives can fail with it. Speak of "
        "contraception and folic acid, or choose another."
    ),
    mends=(REMOVE,),
)
