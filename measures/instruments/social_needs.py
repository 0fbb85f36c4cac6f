"""Social needs: housing, food, transport, utilities, safety. A need in each domain, and no total.

Safety is the HITS, 4 to 20: from 11 on, the home is not safe (Sherin 1998).
"""

from measures.answers import Sheet
from measures.instrument import Choice, Instrument, Item, Part, Response, Score, Wording
from measures.instruments import _social as social
from measures.respondent import Person
from measures.scoring import bounds
from measures.terminology import LOINC, Code

UNSAFE_FROM = 11
_HOW_OFTEN = tuple(
    Choice(str(points), words, points)
    for points, words in enumerate(("Never", "Rarely", "Sometimes", "Fairly often", "Frequently"), 1)
)
_HITS = (
    ("hurt", "95618-5", "How often anyone, family included, hurts you physically"),
    ("insult", "95617-7", "How often anyone, family included, insults you or talks down to you"),
    ("threaten", "95616-9", "How often anyone, family included, threatens you with harm"),
    ("scream", "95615-1", "How often anyone, family included, screams or curses at you"),
)
_PROBLEMS = (
    ("pests", "LA31996-4", "Pests such as bugs, ants, or mice"),
    ("mold", "LA28580-1", "Mold"),
    ("lead", "LA31997-2", "Lead paint or pipes"),
    ("heat", "LA31998-0", "Lack of heat"),
    ("oven", "LA31999-8", "Oven or stove not working"),
    ("smoke", "LA32000-4", "Smoke detectors missing or not working"),
    ("leaks", "LA32001-2", "Water leaks"),
    ("none", "LA9-3", "None of the above"),
)


def needs(instrument: Instrument, response: Response, _person: Person) -> Score:
    sheet = Sheet(instrument, response)
    parts = (
        _housing(sheet),
        social.domain(sheet, "food", ("food-worry", "food-last")),
        social.domain(sheet, "transport", ("transport",)),
        social.domain(sheet, "utilities", ("utilities",)),
        _safety(sheet),
    )
    return social.verdict(instrument, sheet, parts)


def _housing(sheet: Sheet) -> Part:
    """A problem with the place is a need too; unanswered, that question never holds up the verdict."""
    problems = sheet.answers.get("housing-problems", ())
    told = isinstance(problems, tuple) and any(problem != "none" for problem in problems)
    return Part("housing", positive=True) if told else social.domain(sheet, "housing", ("housing",))


def _safety(sheet: Sheet) -> Part:
    items = tuple(link_id for link_id, _, _ in _HITS)
    points = [sheet.of(item) for item in items]
    known = sum(p for p in points if p is not None)
    low, high = bounds(sheet, (i for i in sheet.undecided if i.link_id in items), known)
    verdict = True if low >= UNSAFE_FROM else False if high < UNSAFE_FROM else None
    code = Code(LOINC, "95614-4", "HITS total score")
    return Part("safety", known if None not in points else None, verdict, code)


INSTRUMENT = Instrument(
    id="social-needs",
    title="Social needs",
    about="health-related social needs",
    version="ahc-hrsn-2021",
    wording=Wording.OWN_LABELS,
    panel=Code(LOINC, "96777-8", "AHC health-related social needs screening"),
    items=(
        social.HOUSING,
        Item(
            "housing-problems",
            "Think about the place you live. Do you have problems with any of the following? Choose all "
            "that apply.",
            choices=tuple(social.choice(*problem) for problem in _PROBLEMS),
            code=Code(LOINC, "96778-6", "Problems with the place you live"),
            repeats=True,
            required=False,
            scored=False,
        ),
        social.FOOD_WORRY,
        social.FOOD_LAST,
        social.TRANSPORT,
        social.UTILITIES,
        *(
            Item(link_id, text, choices=_HOW_OFTEN, code=Code(LOINC, loinc, text))
            for link_id, loinc, text in _HITS
        ),
    ),
    scorer=needs,
    audience="adults",
    filled_by=("patient", "clinician", "care coordinator"),
    recall="Past 12 months",
    missing_rule="A domain is told from its own questions; what was not asked stays unknown.",
    licence=(
        social.LICENCE
        + social.FOOD_LICENCE
        + " Safety: HITS, (c) Kevin Sherin; its wording is not shipped, its items carry labels of ours."
    ),
    sources=("Billioux 2017, NAM Perspectives", "Sherin 1998, Fam Med 30:508-512"),
)
