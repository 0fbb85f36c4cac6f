"""Questions on social needs, shared by the whole screen and the single items; which answers tell a need.

Codes and answers are those the SNS measure and the panel of social needs read.
"""

from measures.answers import Sheet
from measures.instrument import Choice, Instrument, Item, Part, Response, Score, Scorer
from measures.instruments._choices import NO_CODE, YES_CODE
from measures.respondent import Person
from measures.scoring import why_missing
from measures.terminology import LOINC, Code

LICENCE = (
    "After the Accountable Health Communities health-related social needs screening tool, Centers for "
    "Medicare & Medicaid Services, free to use with the source named."
)
FOOD_LICENCE = " Food: Hunger Vital Sign, Hager 2010, from the U.S. Household Food Security Survey (USDA)."


def choice(value: str, answer: str, text: str) -> Choice:
    return Choice(value, text, code=Code(LOINC, answer, text))


HOUSING = Item(
    "housing",
    "What is your living situation today?",
    code=Code(LOINC, "71802-3", "Living situation today"),
    choices=(
        choice("steady", "LA31993-1", "I have a steady place to live"),
        choice(
            "worried",
            "LA31994-9",
            "I have a place to live today, but I am worried about losing it in the future",
        ),
        choice("none", "LA31995-6", "I do not have a steady place to live"),
    ),
)
_HOW_TRUE = (
    choice("often", "LA28397-0", "Often true"),
    choice("sometimes", "LA6729-3", "Sometimes true"),
    choice("never", "LA28398-8", "Never true"),
)
FOOD_WORRY = Item(
    "food-worry",
    "Within the past 12 months, you worried that your food would run out before you got money to buy more.",
    code=Code(LOINC, "88122-7", "Worried that food would run out, last 12 months"),
    choices=_HOW_TRUE,
)
FOOD_LAST = Item(
    "food-last",
    "Within the past 12 months, the food you bought just didn't last and you didn't have money to get more.",
    code=Code(LOINC, "88123-5", "Food did not last, last 12 months"),
    choices=_HOW_TRUE,
)
TRANSPORT = Item(
    "transport",
    "In the past 12 months, has lack of reliable transportation kept you from medical appointments, "
    "meetings, work or from getting things needed for daily living?",
    code=Code(LOINC, "93030-5", "Lack of transportation has kept from appointments"),
    choices=(Choice("yes", "Yes", code=YES_CODE), Choice("no", "No", code=NO_CODE)),
)
UTILITIES = Item(
    "utilities",
    "In the past 12 months has the electric, gas, oil, or water company threatened to shut off services in "
    "your home?",
    code=Code(LOINC, "96779-4", "Utilities threatened to be shut off"),
    choices=(
        Choice("yes", "Yes", code=YES_CODE),
        Choice("no", "No", code=NO_CODE),
        choice("shut-off", "LA32002-0", "Already shut off"),
    ),
)
# The answers that tell a need.
NEEDS = {
    "housing": {"worried", "none"},
    "food-worry": {"often", "sometimes"},
    "food-last": {"often", "sometimes"},
    "transport": {"yes"},
    "utilities": {"yes", "shut-off"},
}
FOOD_RISK = Code(LOINC, "88124-3", "Food insecurity risk")
AT_RISK = Code(LOINC, "LA19952-3", "At risk")
NO_RISK = Code(LOINC, "LA19983-8", "No risk")


def domain(sheet: Sheet, name: str, items: tuple[str, ...]) -> Part:
    """One need told is enough; "no need" takes every question of the domain."""
    told = [_tells_need(sheet, item) for item in items]
    need = True if True in told else None if None in told else False
    if name != "food" or need is None:
        return Part(name, positive=need)
    return Part(name, positive=need, code=FOOD_RISK, means=AT_RISK if need else NO_RISK)


def _tells_need(sheet: Sheet, item: str) -> bool | None:
    answer = sheet.answers.get(item)
    return None if answer is None else answer in NEEDS[item]


def verdict(instrument: Instrument, sheet: Sheet, parts: tuple[Part, ...]) -> Score:
    """No total: the needs by name, and whether there is any."""
    needs = [part.name for part in parts if part.positive]
    unknown = [part.name for part in parts if part.positive is None]
    positive = True if needs else None if unknown else False
    word = f"need: {', '.join(needs)}" if needs else "" if unknown else "no need told"
    return Score(
        word=word,
        tone="watch" if needs else "",
        positive=positive,
        missing=sheet.missing,
        parts=parts,
        why_none=why_missing(sheet.missing, instrument.missing_rule)
        if unknown
        else "no total: needs are told one by one",
    )


def one_need(name: str, *items: str) -> Scorer:
    """The scorer of a form that asks about one need."""

    def scorer(instrument: Instrument, response: Response, _person: Person) -> Score:
        sheet = Sheet(instrument, response)
        return verdict(instrument, sheet, (domain(sheet, name, items),))

    return scorer
