"""MDQ: bipolar spectrum. Positive when all three parts are: 7 or more of 13 symptoms, several of them at the
same time, and a moderate or serious problem because of them.
"""

from measures.answers import Sheet
from measures.instrument import Choice, Instrument, Item, Response, Score, Wording
from measures.instruments._choices import yes_no
from measures.respondent import Person
from measures.scoring import why_missing
from measures.terminology import LOINC, Code

ENOUGH_SYMPTOMS = 7
PROBLEM = ("moderate", "serious")
_SYMPTOMS = (
    "So good or hyper that others thought it not normal, or that it brought trouble",
    "So irritable as to shout at people or start fights or arguments",
    "Much more self-confident than usual",
    "Much less sleep than usual, and did not miss it",
    "Much more talkative, or spoke much faster",
    "Racing thoughts that could not be slowed down",
    "So easily distracted that it was hard to concentrate or stay on track",
    "Much more energy than usual",
    "Much more active, or did many more things",
    "Much more social or outgoing, such as phoning friends in the middle of the night",
    "Much more interested in sex",
    "Did unusual things that others thought excessive, foolish or risky",
    "Spending money brought trouble for oneself or the family",
)


def three_parts(instrument: Instrument, response: Response, _person: Person) -> Score:
    """The count of symptoms is the value. The verdict needs all three parts; one that fails settles it."""
    sheet = Sheet(instrument, response)
    symptoms = [str(number) for number in range(1, len(_SYMPTOMS) + 1)]
    yes = sum(sheet.of(item) or 0 for item in symptoms)
    open_ = sum(sheet.of(item) is None for item in symptoms)
    parts = (
        _enough(yes, open_),
        _said(sheet, "same-time", ("yes",)),
        _said(sheet, "problem", PROBLEM),
    )
    positive = False if False in parts else None if None in parts else True
    word, tone = {True: ("positive", "watch"), False: ("negative", ""), None: ("", "")}[positive]
    complete = not open_
    return Score(
        value=float(yes) if complete else None,
        word=word,
        tone=tone,
        positive=positive,
        missing=sheet.missing,
        why_none="" if complete else why_missing(sheet.missing, instrument.missing_rule),
        note="" if positive is not None else "The verdict needs all three parts.",
    )


def _enough(yes: float, still_open: int) -> bool | None:
    if yes >= ENOUGH_SYMPTOMS:
        return True
    return None if yes + still_open >= ENOUGH_SYMPTOMS else False


def _said(sheet: Sheet, link_id: str, wanted: tuple[str, ...]) -> bool | None:
    answer = sheet.answers.get(link_id)
    return None if answer is None else answer in wanted


INSTRUMENT = Instrument(
    id="mdq",
    title="MDQ",
    about="bipolar spectrum",
    version="2000",
    wording=Wording.OWN_LABELS,
    panel=Code(LOINC, "85102-2", "Mood Disorder Questionnaire"),
    total=Code(LOINC, "84773-1", "MDQ total score"),
    items=(
        *(Item(str(number), text, choices=yes_no()) for number, text in enumerate(_SYMPTOMS, 1)),
        Item("same-time", "Several of these at the same time", choices=yes_no(0, 0)),
        Item(
            "problem",
            "How much of a problem these caused, at work, with family, money, the law, in arguments",
            choices=(
                Choice("none", "No problem", 0),
                Choice("minor", "Minor problem", 0),
                Choice("moderate", "Moderate problem", 0),
                Choice("serious", "Serious problem", 0),
            ),
        ),
    ),
    scorer=three_parts,
    highest=13,
    audience="adults",
    recall="Ever",
    missing_rule="All 13 symptoms are needed for the count, all three parts for the verdict.",
    licence=(
        "(c) 2000 The University of Texas Medical Branch; Robert M. A. Hirschfeld. The wording is not "
        "shipped: the items carry labels of ours, to be asked in the words of the licensed form."
    ),
    sources=("Hirschfeld 2000, Am J Psychiatry 157:1873-1875",),
)
