"""PHQ-9M, 0 to 27: depression in adolescents. Four further questions are asked and not scored.

A positive answer to either question about suicide counts as item 9 does: it leads to the C-SSRS.
"""

from measures.instrument import CutOff, Flag, FollowOn, Form, Instrument, Item
from measures.instruments import _phq as phq
from measures.instruments._choices import yes_no
from measures.scoring import Alarm, Summed
from measures.terminology import LOINC, Code

_THOUGHTS = Flag("suicide-thoughts", "Thoughts about ending life in the past month")
_ATTEMPT = Flag("suicide-attempt", "A suicide attempt, ever")

INSTRUMENT = Instrument(
    id="phq-9m",
    title="PHQ-9M",
    about="depression, adolescents",
    version="2002",
    panel=Code(LOINC, "89206-7", "PHQ-9 modified for teens"),
    total=Code(LOINC, "89204-2", "PHQ-9 modified for teens, total score"),
    items=(
        phq.asked("1", "", "Feeling down, depressed, irritable, or hopeless?"),
        phq.asked("2", "", "Little interest or pleasure in doing things?"),
        phq.asked("3", "", "Trouble falling asleep, staying asleep, or sleeping too much?"),
        phq.asked("4", "", "Poor appetite, weight loss, or overeating?"),
        phq.asked("5", "", "Feeling tired, or having little energy?"),
        phq.asked(
            "6",
            "",
            "Feeling bad about yourself - or feeling that you are a failure, or that you have let yourself "
            "or your family down?",
        ),
        phq.asked("7", "", "Trouble concentrating on things like school work, reading, or watching TV?"),
        phq.asked(
            "8",
            "",
            "Moving or speaking so slowly that other people could have noticed? Or the opposite - being so "
            "fidgety or restless that you were moving around a lot more than usual?",
        ),
        phq.asked(
            "9",
            phq.ITEM_9_LOINC,
            "Thoughts that you would be better off dead, or of hurting yourself in some way?",
            Form.POINTS,
        ),
        Item(
            "sad-most-days",
            "In the past year have you felt depressed or sad most days, even if you felt okay sometimes?",
            choices=yes_no(),
            required=False,
            scored=False,
        ),
        phq.difficulty(
            "If you are experiencing any of the problems on this form, how difficult have these problems "
            "made it for you to do your work, take care of things at home or get along with other people?"
        ),
        Item(
            "suicide-thoughts",
            "Has there been a time in the past month when you have had serious thoughts about ending your "
            "life?",
            choices=yes_no(),
            scored=False,
        ),
        Item(
            "suicide-attempt",
            "Have you ever, in your whole life, tried to kill yourself or made a suicide attempt?",
            choices=yes_no(),
            scored=False,
        ),
    ),
    scorer=Summed(
        prorate=phq.MOST_MISSING,
        alarms=(
            phq.self_harm_alarm("9"),
            Alarm("suicide-thoughts", _THOUGHTS),
            Alarm("suicide-attempt", _ATTEMPT),
        ),
    ),
    bands=phq.DEPRESSION_BANDS,
    cut_off=CutOff(10),
    highest=27,
    ages=(11, 17),
    audience="adolescents from 11 to 17 years",
    recall=phq.RECALL,
    missing_rule=phq.MISSING_RULE,
    licence=phq.LICENCE + " Modified for teens by Jeffrey G. Johnson (PHQ-A).",
    sources=("Johnson 2002, J Adolesc Health 30:196-204",),
    follow_ons=(
        phq.TO_CSSRS,
        FollowOn(
            "c-ssrs-screener", "suicide-thoughts", "Thoughts about ending life: ask about suicide risk today"
        ),
        FollowOn("c-ssrs-screener", "suicide-attempt", "An earlier attempt: ask about suicide risk today"),
    ),
    findings=phq.SCREENING_FINDINGS,
)
