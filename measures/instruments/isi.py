"""ISI, 0 to 28: insomnia. Bands of Morin 2011."""

from measures.instrument import Band, Choice, CutOff, Instrument, Item, Wording
from measures.scoring import Summed


def _scale(*words: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(n), text, n) for n, text in enumerate(words))


_SEVERITY = _scale("None", "Mild", "Moderate", "Severe", "Very severe")
_AMOUNT = _scale("Not at all", "A little", "Somewhat", "Much", "Very much")

INSTRUMENT = Instrument(
    id="isi",
    title="ISI",
    about="insomnia",
    version="1993",
    wording=Wording.OWN_LABELS,
    items=(
        Item("1", "Difficulty falling asleep", choices=_SEVERITY),
        Item("2", "Difficulty staying asleep", choices=_SEVERITY),
        Item("3", "Waking up too early", choices=_SEVERITY),
        Item(
            "4",
            "How satisfied with the present sleep",
            choices=_scale("Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied"),
        ),
        Item("5", "How noticeable to others", choices=_AMOUNT),
        Item("6", "How worried about it", choices=_AMOUNT),
        Item("7", "How much it interferes with the day", choices=_AMOUNT),
    ),
    scorer=Summed(),
    bands=(
        Band(0, "no insomnia"),
        Band(8, "subthreshold"),
        Band(15, "moderate", "watch"),
        Band(22, "severe", "high"),
    ),
    cut_off=CutOff(15),
    highest=28,
    audience="adults",
    recall="Last 2 weeks",
    licence=(
        "(c) Charles M. Morin, distributed by Mapi Research Trust under licence. The wording is not "
        "shipped: the items carry labels of ours, to be asked in the words of the licensed form."
    ),
    sources=("Bastien 2001, Sleep Med 2:297-307", "Morin 2011, Sleep 34:601-608"),
)
