"""PHQ-9, 0 to 27: depression. Item 9 asks for thoughts of death or self-harm.

Item 9 is written as points, not as an answer: the safety line and the timeline read a number.
"""

from measures.instrument import CutOff, Form, Instrument
from measures.instruments import _phq as phq
from measures.scoring import Summed
from measures.terminology import LOINC, Code

INSTRUMENT = Instrument(
    id="phq-9",
    title="PHQ-9",
    about="depression",
    version="1999",
    panel=Code(LOINC, "44249-1", "PHQ-9 panel"),
    total=Code(LOINC, "44261-6", "PHQ-9 total score"),
    items=(
        phq.INTEREST,
        phq.DOWN,
        phq.asked("3", "44259-0", "Trouble falling or staying asleep, or sleeping too much"),
        phq.asked("4", "44254-1", "Feeling tired or having little energy"),
        phq.asked("5", "44251-7", "Poor appetite or overeating"),
        phq.asked(
            "6",
            "44258-2",
            "Feeling bad about yourself - or that you are a failure or have let yourself or your family down",
        ),
        phq.asked(
            "7",
            "44252-5",
            "Trouble concentrating on things, such as reading the newspaper or watching television",
        ),
        phq.asked(
            "8",
            "44253-3",
            "Moving or speaking so slowly that other people could have noticed? Or the opposite - being so "
            "fidgety or restless that you have been moving around a lot more than usual",
        ),
        phq.asked(
            "9",
            phq.ITEM_9_LOINC,
            "Thoughts that you would be better off dead or of hurting yourself in some way",
            Form.POINTS,
        ),
        phq.difficulty(),
    ),
    scorer=Summed(prorate=phq.MOST_MISSING, alarms=(phq.self_harm_alarm("9"),)),
    bands=phq.DEPRESSION_BANDS,
    cut_off=CutOff(10),
    highest=27,
    ages=(12, 150),
    audience="adults, and adolescents from 12 years",
    recall=phq.RECALL,
    missing_rule=phq.MISSING_RULE,
    licence=phq.LICENCE,
    sources=("Kroenke 2001, J Gen Intern Med 16:606-613",),
    follow_ons=(phq.TO_CSSRS,),
    findings=phq.SCREENING_FINDINGS,
)
