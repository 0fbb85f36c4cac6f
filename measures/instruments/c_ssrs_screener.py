"""C-SSRS screener, recent: suicide risk as none, low, moderate or high.

Triage of the Columbia Lighthouse Project: intent or plan in the past month (4, 5), or suicidal behavior in
the past 3 months, is high; thoughts with a method (3), or behavior longer ago, is moderate; a wish to be dead
or thoughts without a method (1, 2) is low. Items 3 to 5 are asked only after a yes to 2.
"""

from measures.answers import Sheet
from measures.instrument import Band, Flag, FollowOn, Form, Instrument, Item, Response, Score, When
from measures.instruments._choices import yes_no
from measures.respondent import Person
from measures.scoring import why_missing
from measures.shared.suicide_risk import RiskLevel
from measures.terminology import LOINC, Code

# The gravest first. Each level with the items of which one "yes" is enough.
LEVELS = (
    (RiskLevel.HIGH, ("4", "5", "6-recent")),
    (RiskLevel.MODERATE, ("3", "6")),
    (RiskLevel.LOW, ("1", "2")),
)
BANDS = (
    Band(RiskLevel.NONE, RiskLevel.NONE.word),
    Band(RiskLevel.LOW, RiskLevel.LOW.word, "watch", Code(LOINC, "LA9194-7", "Low")),
    Band(RiskLevel.MODERATE, RiskLevel.MODERATE.word, "watch", Code(LOINC, "LA6751-7", "Moderate")),
    Band(RiskLevel.HIGH, RiskLevel.HIGH.word, "high", Code(LOINC, "LA9193-9", "High")),
)
FLAGS = {
    RiskLevel.MODERATE: Flag("moderate", "Moderate suicide risk", "watch"),
    RiskLevel.HIGH: Flag("high", "High suicide risk"),
}


def level(instrument: Instrument, response: Response, _person: Person) -> Score:
    """The level the answers prove. It stands with items missing only where these cannot raise it."""
    sheet = Sheet(instrument, response)
    proven = next((lv for lv, items in LEVELS if any(sheet.of(item) for item in items)), RiskLevel.NONE)
    open_items = {item.link_id for item in sheet.undecided}
    worst = next((lv for lv, items in LEVELS if open_items.intersection(items)), RiskLevel.NONE)
    flags = (FLAGS[proven],) if proven in FLAGS else ()
    if worst > proven:
        positive = True if proven > RiskLevel.NONE else None
        why = why_missing(sheet.missing, instrument.missing_rule)
        at_least = f"at least {proven.word}" if proven > RiskLevel.NONE else ""
        return Score(positive=positive, missing=sheet.missing, flags=flags, why_none=why, note=at_least)
    band = BANDS[proven]
    return Score(
        value=float(proven),
        word=band.word,
        tone=band.tone,
        level=band.code,
        positive=proven > RiskLevel.NONE,
        missing=sheet.missing,
        flags=flags,
    )


def _asked(link_id: str, loinc: str, text: str, what: str, when: tuple[When, ...] = ()) -> Item:
    return Item(link_id, text, choices=yes_no(), code=Code(LOINC, loinc, what), when=when)


_AFTER_2 = (When("2", "=", "yes"),)

INSTRUMENT = Instrument(
    id="c-ssrs-screener",
    title="C-SSRS screener",
    about="suicide risk",
    version="recent-2016",
    panel=Code(LOINC, "93373-9", "C-SSRS screener, recent"),
    total=Code(LOINC, "93374-7", "C-SSRS suicide risk level"),
    total_form=Form.LEVEL,
    items=(
        _asked(
            "1",
            "93246-7",
            "In the past month, have you wished you were dead or wished you could go to sleep and not wake "
            "up?",
            "Wish to be dead, past month",
        ),
        _asked(
            "2",
            "93247-5",
            "In the past month, have you actually had any thoughts about killing yourself?",
            "Suicidal thoughts, past month",
        ),
        _asked(
            "3",
            "93248-3",
            "In the past month, have you been thinking about how you might do this?",
            "Suicidal thoughts with a method, past month",
            _AFTER_2,
        ),
        _asked(
            "4",
            "93249-1",
            "In the past month, have you had these thoughts and had some intention of acting on them?",
            "Suicidal intent, past month",
            _AFTER_2,
        ),
        _asked(
            "5",
            "93250-9",
            "In the past month, have you started to work out or worked out the details of how to kill "
            "yourself, and do you intend to carry out this plan?",
            "Suicidal intent with a plan, past month",
            _AFTER_2,
        ),
        _asked(
            "6",
            "93267-3",
            "Have you ever done anything, started to do anything, or prepared to do anything to end your "
            "life?",
            "Suicidal behavior, ever",
        ),
        _asked(
            "6-recent",
            "93269-9",
            "Was this within the past 3 months?",
            "Suicidal behavior, past 3 months",
            (When("6", "=", "yes"),),
        ),
    ),
    scorer=level,
    bands=BANDS,
    highest=float(RiskLevel.HIGH),
    ages=(12, 150),
    audience="adolescents and adults",
    filled_by=("clinician",),
    recall="Past month; behavior ever and in the past 3 months",
    missing_rule="A level is given only where the missing items could not raise it.",
    licence=(
        "Columbia-Suicide Severity Rating Scale, screener version. Posner, Brent, Lucas, Gould, Stanley, "
        "Brown, Fisher, Zelazny, Burke, Oquendo, Mann. (c) 2008 The Research Foundation for Mental Hygiene, "
        "Inc. Free of charge for use in care with this attribution; its questions are not under the "
        "licence of Throughline and may not be reworded or sold. https://cssrs.columbia.edu"
    ),
    sources=("Posner 2011, Am J Psychiatry 168:1266-1277",),
    follow_ons=(
        FollowOn("safety-plan", "high", "High suicide risk: write a safety plan before the patient leaves"),
        FollowOn("safety-plan", "moderate", "Moderate suicide risk: consider a safety plan today"),
    ),
)
