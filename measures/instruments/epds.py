"""EPDS, 0 to 30: depression around birth. Items 1, 2 and 4 list the best answer first, the others the worst.

Item 10 asks for thoughts of self-harm; any but "never" leads to the C-SSRS.
"""

from measures.instrument import Band, Choice, CutOff, Flag, FollowOn, Instrument, Item, Wording
from measures.instruments import _phq as phq
from measures.scoring import Alarm, Summed
from measures.terminology import LOINC, Code

_BEST_FIRST = ("1", "2", "4")
_LABELS = (
    "Able to laugh and see the funny side",
    "Looking forward to things with enjoyment",
    "Blaming oneself without need when things go wrong",
    "Anxious or worried for no good reason",
    "Scared or panicky for no good reason",
    "Things getting on top of one",
    "So unhappy that sleeping is difficult",
    "Sad or miserable",
    "So unhappy as to cry",
    "Thoughts of harming oneself",
)
# In the order of the printed form, which a patient reads aloud from: first answer on top.
_ANSWERS = {
    "1": ("As much as always", "Not quite so much", "Definitely less", "Not at all"),
    "2": ("As much as ever", "Rather less", "Definitely less", "Hardly at all"),
    "3": ("Most of the time", "Some of the time", "Not very often", "Never"),
    "4": ("Not at all", "Hardly ever", "Sometimes", "Very often"),
    "5": ("Quite a lot", "Sometimes", "Not much", "Not at all"),
    "6": ("Most of the time", "Sometimes", "Mostly coping well", "Coping as well as ever"),
    "7": ("Most of the time", "Sometimes", "Not very often", "Not at all"),
    "8": ("Most of the time", "Quite often", "Not very often", "Not at all"),
    "9": ("Most of the time", "Quite often", "Only occasionally", "Never"),
    "10": ("Quite often", "Sometimes", "Hardly ever", "Never"),
}


def _item(link_id: str, text: str) -> Item:
    words = _ANSWERS[link_id]
    points = range(4) if link_id in _BEST_FIRST else range(3, -1, -1)
    choices = tuple(Choice(str(n), word, n) for n, word in zip(points, words, strict=True))
    return Item(link_id, text, choices=choices)


INSTRUMENT = Instrument(
    id="epds",
    title="EPDS",
    about="depression around birth",
    version="1987",
    wording=Wording.OWN_LABELS,
    panel=Code(LOINC, "71354-5", "EPDS panel"),
    total=Code(LOINC, "99046-5", "EPDS total score"),
    items=tuple(_item(str(number), text) for number, text in enumerate(_LABELS, 1)),
    scorer=Summed(alarms=(Alarm("10", Flag("item-10", "Item 10: thoughts of self-harm")),)),
    bands=(
        Band(0, "low"),
        Band(10, "possible depression", "watch"),
        Band(13, "probable depression", "high"),
    ),
    cut_off=CutOff(10),
    highest=30,
    ages=(12, 60),
    audience="during pregnancy and the year after birth",
    recall="The past 7 days",
    licence=(
        "(c) 1987 The Royal College of Psychiatrists; Cox, Holden, Sagovsky. May be photocopied with the "
        "source named; other uses need permission. The wording is not shipped: the items carry labels of "
        "ours, to be asked in the words of the published form."
    ),
    sources=("Cox 1987, Br J Psychiatry 150:782-786", "Levis 2020, BMJ 371:m4022"),
    follow_ons=(FollowOn("c-ssrs-screener", "item-10", "Item 10 above 0: ask about suicide risk today"),),
    findings=phq.SCREENING_FINDINGS,
)
