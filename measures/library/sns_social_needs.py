"""SNS: Social needs: screening, and help with what was found. Six rates.

Our own rendering of the public definition (HEDIS SNS-E, measurement year 2026): seen in the year; asked
about food, housing and transport; of those with a need, helped on the day of the answer or up to 30 days
after it. The latest answer of the year tells the need; who would not or could not answer was not screened.
An order for help counts as help.
"""

from datetime import timedelta

from measures.criteria import Criterion, criterion
from measures.measure import Group, Measure
from measures.shared.hospice import in_hospice
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.screens import SCREENS, parts_of
from measures.shared.settings_of_care import outpatient_contacts
from measures.terminology import LOINC, Code, ValueSet
from measures.time import days_between

# Of each need: the questions that ask for it, and the answers that tell it.
NEEDS = {
    "food": (
        (
            Code(LOINC, "88122-7", "Worried that food would run out, last 12 months"),
            Code(LOINC, "88123-5", "Food did not last, last 12 months"),
            Code(LOINC, "88124-3", "Food insecurity risk"),
            Code(LOINC, "93031-3", "Unable to get what was really needed, past year"),
        ),
        ValueSet("throughline:food-insecure", "Answers that tell food insecurity"),
    ),
    "housing": (
        (
            Code(LOINC, "71802-3", "Living situation today"),
            Code(LOINC, "93033-9", "Worried about losing housing"),
            Code(LOINC, "96778-6", "Problems with the place you live"),
        ),
        ValueSet("throughline:housing-need", "Answers that tell a housing need"),
    ),
    "transport": (
        (Code(LOINC, "93030-5", "Lack of transportation has kept from appointments"),),
        ValueSet("throughline:transport-need", "Answers that tell a transport need"),
    ),
}
NOT_ANSWERED = frozenset(
    code.key
    for code in (
        Code(LOINC, "LA30122-8", "I choose not to answer this question"),
        Code(LOINC, "LA30257-2", "Patient unable to respond"),
    )
)
INTERVENTION = ValueSet("throughline:social-intervention", "Help with a social need")
DAYS_TO_HELP = 30


def replies(asked, need):
    """The answers to the questions about the need: the event itself, or parts of a screen."""
    questions = {question.key for question in NEEDS[need][0]}
    given = [part for part in parts_of(asked) if part.has_value and not questions.isdisjoint(part.codes)]
    return [part for part in given if NOT_ANSWERED.isdisjoint(part.value_codes)]


def asked_about(patient, need):
    return patient.observations(*NEEDS[need][0], *SCREENS)


def answers(patient, need):
    return asked_about(patient, need).where(lambda asked: bool(replies(asked, need)))


def last_need(patient, period, need):
    """The answers of the latest day that tell the need: one of several questions is enough."""

    def tells(answer):
        codes = [code for part in replies(answer, need) for code in part.value_codes]
        return any(patient.vocabulary.holds(NEEDS[need][1], code) for code in codes)

    return answers(patient, need).starting(period).on_last_day().where(tells)


@criterion("seen in the period")
def seen(patient, period):
    return outpatient_contacts(patient, period).during(period)


def asked(need):
    def test(patient, period):
        return answers(patient, need).starting(period)

    return Criterion(
        f"asked_about_{need}",
        f"asked about {need} in the period, with an answer",
        test,
        nearest=lambda patient, _period: asked_about(patient, need).latest(),
        why_not=lambda asked, _patient, _period: "" if replies(asked, need) else "without an answer",
        do=f"Ask about {need} and record the answer",
    )


def in_need(need):
    def test(patient, period):
        return last_need(patient, period, need)

    return Criterion(f"needs_{need}", f"the latest answer tells a need of {need}", test)


def helped(need):
    def test(patient, period):
        given = patient.procedures(INTERVENTION) + patient.service_requests(INTERVENTION)
        return given.related(
            last_need(patient, period, need),
            lambda one, answer: days_between(answer.start, one.start, 0, DAYS_TO_HELP),
        )

    return Criterion(
        f"helped_with_{need}",
        f"help within 30 days of the answer that tells a need of {need}",
        test,
        do=f"Refer for help with {need}, or give it, and record it",
    )


def end_of_help(need):
    def deadline(found):
        days = [one.day for one in last_need(found.record, found.period, need).sure if one.day]
        return max(days) + timedelta(days=DAYS_TO_HELP) if days else None

    return deadline


def help_group(number, need):
    needs = in_need(need)
    return Group(
        id=f"Group_{number}",
        title=f"Helped with {need}",
        initial_population=seen,
        denominator=needs,
        expected=needs,
        exclusions=in_hospice,
        numerator=helped(need),
        deadline=end_of_help(need),
    )


def screening_group(number, need):
    return Group(
        id=f"Group_{number}",
        title=f"Asked about {need}",
        initial_population=seen,
        exclusions=in_hospice,
        numerator=asked(need),
    )


MEASURE = Measure(
    id="SNS",
    title="Social needs: screening and help",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=(
        *(help_group(number, need) for number, need in enumerate(NEEDS, 1)),
        *(screening_group(number, need) for number, need in enumerate(NEEDS, 4)),
    ),
)
