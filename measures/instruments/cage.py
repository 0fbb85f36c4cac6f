"""CAGE, 0 to 4: alcohol problems ever. Positive from 2."""

from measures.instrument import Band, CutOff, Instrument, Item, Wording
from measures.instruments._choices import yes_no
from measures.scoring import Summed

_LABELS = {
    "cut-down": "Ever felt a need to drink less",
    "annoyed": "Ever annoyed by people who criticized the drinking",
    "guilty": "Ever felt bad or guilty about drinking",
    "eye-opener": "Ever had a drink first thing in the morning, for nerves or a hangover",
}

INSTRUMENT = Instrument(
    id="cage",
    title="CAGE",
    about="alcohol",
    version="1984",
    wording=Wording.OWN_LABELS,
    items=tuple(Item(link_id, text, choices=yes_no()) for link_id, text in _LABELS.items()),
    scorer=Summed(),
    bands=(Band(0, "negative"), Band(2, "positive", "watch")),
    cut_off=CutOff(2),
    highest=4,
    audience="adults",
    recall="Ever",
    licence=(
        "John A. Ewing, JAMA 1984; (c) American Medical Association. The wording is not shipped: the items "
        "carry labels of ours, to be asked in the words of the published form."
    ),
    sources=("Ewing 1984, JAMA 252:1905-1907",),
)
