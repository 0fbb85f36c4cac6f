"""WHO-5, 0 to 100 percent: well-being. Low is bad: below 50 is positive, 28 or below suggests depression."""

from measures.instrument import Band, Choice, CutOff, Form, Instrument, Item, Wording
from measures.scoring import Summed

_TIMES = tuple(
    Choice(str(points), words, points)
    for points, words in (
        (5, "All of the time"),
        (4, "Most of the time"),
        (3, "More than half of the time"),
        (2, "Less than half of the time"),
        (1, "Some of the time"),
        (0, "At no time"),
    )
)
_LABELS = (
    "Cheerful, in good spirits",
    "Calm and relaxed",
    "Active, full of energy",
    "Woke up fresh and rested",
    "Daily life full of interesting things",
)
PERCENT_PER_POINT = 4

INSTRUMENT = Instrument(
    id="who-5",
    title="WHO-5",
    about="well-being",
    version="1998",
    wording=Wording.OWN_LABELS,
    total_form=Form.PERCENT,
    items=tuple(Item(str(number), text, choices=_TIMES) for number, text in enumerate(_LABELS, 1)),
    scorer=Summed(factor=PERCENT_PER_POINT),
    bands=(Band(0, "very low", "high"), Band(29, "low", "watch"), Band(50, "not low")),
    cut_off=CutOff(50, below=True),
    highest=100,
    ages=(9, 150),
    audience="from 9 years",
    recall="Over the last 2 weeks",
    licence=(
        "(c) World Health Organization 2024, CC BY-NC-SA 3.0 IGO. The wording is not shipped: the items "
        "carry labels of ours, to be asked in the words of the published form."
    ),
    sources=("Topp 2015, Psychother Psychosom 84:167-176",),
)
