"""DAST-10, 0 to 10: drugs other than alcohol and tobacco. Item 3 is reversed: "no" counts."""

from measures.instrument import Band, CutOff, Instrument, Item, Wording
from measures.instruments._choices import yes_no
from measures.scoring import Summed
from measures.terminology import LOINC, Code

_REVERSED = "3"
_LABELS = (
    "Used drugs other than for medical reasons",
    "Uses more than one drug at a time",
    "Can always stop using drugs when wanting to",
    "Blackouts or flashbacks from drug use",
    "Ever feels bad or guilty about the drug use",
    "Partner or parents complain about the drug use",
    "Neglected the family because of drugs",
    "Did something illegal to get drugs",
    "Withdrawal symptoms after stopping",
    "Medical problems from drug use, such as memory loss, hepatitis, convulsions or bleeding",
)


def _item(number: int, text: str) -> Item:
    link_id = str(number)
    return Item(link_id, text, choices=yes_no(0, 1) if link_id == _REVERSED else yes_no())


INSTRUMENT = Instrument(
    id="dast-10",
    title="DAST-10",
    about="drugs",
    version="1982",
    wording=Wording.OWN_LABELS,
    panel=Code(LOINC, "82666-9", "DAST-10 panel"),
    total=Code(LOINC, "82667-7", "DAST-10 total score"),
    items=tuple(_item(number, text) for number, text in enumerate(_LABELS, 1)),
    scorer=Summed(),
    bands=(
        Band(0, "no problem reported"),
        Band(1, "low"),
        Band(3, "moderate", "watch"),
        Band(6, "substantial", "high"),
        Band(9, "severe", "high"),
    ),
    cut_off=CutOff(3),
    highest=10,
    audience="adults",
    recall="Past 12 months",
    licence=(
        "(c) 1982 Harvey A. Skinner and the Centre for Addiction and Mental Health, Toronto: free for "
        "clinical and research use that is not commercial. The wording is not shipped: the items carry "
        "labels of ours, to be asked in the words of the published form."
    ),
    sources=("Skinner 1982, Addict Behav 7:363-371",),
)
