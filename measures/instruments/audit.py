"""AUDIT, 0 to 40: alcohol. Zones of the WHO manual (Babor 2001).

Who never drinks is asked 9 and 10 only; so is who scores 0 on 2 and 3 (the manual's skip rules).
"""

from measures.instrument import Band, Choice, CutOff, Instrument, Item, When
from measures.instruments import _audit as audit
from measures.scoring import Summed
from measures.terminology import LOINC, Code

_DRINKS_MORE = (When("2", "!=", "0"), When("3", "!=", "0"))


def _in_the_past_year(link_id: str, loinc: str, text: str) -> Item:
    code = Code(LOINC, loinc, text)
    return Item(link_id, text, choices=audit.HOW_OFTEN, code=code, when=_DRINKS_MORE, any_of=True)


def _ever(link_id: str, loinc: str, text: str) -> Item:
    answers = (
        Choice("0", "No", 0),
        Choice("2", "Yes, but not in the past year", 2),
        Choice("4", "Yes, during the past year", 4),
    )
    return Item(link_id, text, choices=answers, code=Code(LOINC, loinc, text))


INSTRUMENT = Instrument(
    id="audit",
    title="AUDIT",
    about="alcohol",
    version="2001",
    panel=Code(LOINC, "72110-0", "AUDIT panel"),
    total=Code(LOINC, "75624-7", "AUDIT total score"),
    items=(
        *audit.CONSUMPTION,
        _in_the_past_year(
            "4",
            "97734-8",
            "During the past year, how often have you found that you were not able to stop drinking once "
            "you had started?",
        ),
        _in_the_past_year(
            "5",
            "97735-5",
            "During the past year, how often have you failed to do what was normally expected of you "
            "because of drinking?",
        ),
        _in_the_past_year(
            "6",
            "97736-3",
            "During the past year, how often have you needed a drink in the morning to get yourself going "
            "after a heavy drinking session?",
        ),
        _in_the_past_year(
            "7",
            "97737-1",
            "During the past year, how often have you had a feeling of guilt or remorse after drinking?",
        ),
        _in_the_past_year(
            "8",
            "97738-9",
            "During the past year, how often have you been unable to remember what happened the night "
            "before because you had been drinking?",
        ),
        _ever("9", "97739-7", "Have you or someone else been injured as a result of your drinking?"),
        _ever(
            "10",
            "97740-5",
            "Has a relative or friend, doctor or other health worker been concerned about your drinking or "
            "suggested you cut down?",
        ),
    ),
    scorer=Summed(),
    bands=(
        Band(0, "low risk"),
        Band(8, "hazardous", "watch"),
        Band(16, "harmful", "high"),
        Band(20, "possible dependence", "high"),
    ),
    cut_off=CutOff(8),
    highest=40,
    audience="adults",
    recall="Past year",
    licence=audit.LICENCE,
    sources=("Babor 2001, AUDIT: Guidelines for use in primary care, WHO",),
)
