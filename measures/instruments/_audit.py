"""What the AUDIT and the AUDIT-C share: the three questions on consumption, and the licence."""

from measures.instrument import Choice, Item, When
from measures.terminology import LOINC, Code

LICENCE = (
    "Alcohol Use Disorders Identification Test, World Health Organization 2001. LOINC states that as a "
    "WHO-approved instrument it is in the public domain; WHO asks that its use be acknowledged and that it "
    "not be sold."
)


def choices(*answers: tuple[str, str]) -> tuple[Choice, ...]:
    """(LOINC answer, words) worth 0, 1, 2, ... points."""
    return tuple(
        Choice(str(n), text, n, Code(LOINC, answer, text)) for n, (answer, text) in enumerate(answers)
    )


HOW_OFTEN = choices(
    ("LA6270-8", "Never"),
    ("LA18933-4", "Less than monthly"),
    ("LA18876-5", "Monthly"),
    ("LA18891-4", "Weekly"),
    ("LA18934-2", "Daily or almost daily"),
)
DRINKS = (When("1", "!=", "0"),)  # who never drinks is not asked how much

CONSUMPTION = (
    Item(
        "1",
        "How often do you have a drink containing alcohol?",
        choices=choices(
            ("LA6270-8", "Never"),
            ("LA18926-8", "Monthly or less"),
            ("LA18927-6", "2-4 times a month"),
            ("LA18928-4", "2-3 times a week"),
            ("LA18929-2", "4 or more times a week"),
        ),
        code=Code(LOINC, "68518-0", "How often a drink containing alcohol"),
    ),
    Item(
        "2",
        "How many drinks containing alcohol do you have on a typical day when you are drinking?",
        choices=choices(
            ("LA15694-5", "1 or 2"),
            ("LA15695-2", "3 or 4"),
            ("LA18930-0", "5 or 6"),
            ("LA18931-8", "7 to 9"),
            ("LA18932-6", "10 or more"),
        ),
        code=Code(LOINC, "68519-8", "Drinks on a typical day"),
        when=DRINKS,
    ),
    Item(
        "3",
        "How often do you have six or more drinks on one occasion?",
        choices=HOW_OFTEN,
        code=Code(LOINC, "68520-6", "How often six or more drinks on one occasion"),
        when=DRINKS,
    ),
)
