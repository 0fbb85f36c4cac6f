"""PSC-17, 0 to 34: a child's emotions and behavior, told by a parent. Three subscales with cut-offs.

Positive from 15 in all, or when a subscale is: internalizing 5, attention 7, externalizing 7.
"""

from dataclasses import replace

from measures.answers import Sheet
from measures.instrument import Band, Choice, CutOff, Instrument, Item, Part, Response, Score
from measures.respondent import Person
from measures.scoring import Summed, bounds

_NEVER_TO_OFTEN = (Choice("0", "Never", 0), Choice("1", "Sometimes", 1), Choice("2", "Often", 2))
_ITEMS = (
    "Fidgety, unable to sit still",
    "Feels sad, unhappy",
    "Daydreams too much",
    "Refuses to share",
    "Does not understand other people's feelings",
    "Feels hopeless",
    "Has trouble concentrating",
    "Fights with other children",
    "Is down on him or herself",
    "Blames others for his or her troubles",
    "Seems to be having less fun",
    "Does not listen to rules",
    "Acts as if driven by a motor",
    "Teases others",
    "Worries a lot",
    "Takes things that do not belong to him or her",
    "Distracted easily",
)
SUBSCALES = (  # name, items, positive from
    ("internalizing", ("2", "6", "9", "11", "15"), 5),
    ("attention", ("1", "3", "7", "13", "17"), 7),
    ("externalizing", ("4", "5", "8", "10", "12", "14", "16"), 7),
)
_total = Summed()


def with_subscales(instrument: Instrument, response: Response, person: Person) -> Score:
    score, sheet = _total(instrument, response, person), Sheet(instrument, response)
    parts = tuple(_part(sheet, name, items, limit) for name, items, limit in SUBSCALES)
    verdicts = {score.positive, *(part.positive for part in parts)}
    positive = True if True in verdicts else None if None in verdicts else False
    if positive and score.value is not None and not score.tone:
        score = replace(score, word="a subscale is positive", tone="watch")
    return replace(score, parts=parts, positive=positive)


def _part(sheet: Sheet, name: str, items: tuple[str, ...], limit: float) -> Part:
    points = [sheet.of(item) for item in items]
    known = sum(p for p in points if p is not None)
    if None not in points:
        return Part(name, known, known >= limit)
    low, high = bounds(sheet, (i for i in sheet.undecided if i.link_id in items), known)
    return Part(name, None, True if low >= limit else False if high < limit else None)


INSTRUMENT = Instrument(
    id="psc-17",
    title="PSC-17",
    about="children's emotions and behavior",
    version="1999",
    items=tuple(Item(str(n), text, choices=_NEVER_TO_OFTEN) for n, text in enumerate(_ITEMS, 1)),
    scorer=with_subscales,
    bands=(Band(0, "negative"), Band(15, "positive", "watch")),
    cut_off=CutOff(15),
    highest=34,
    ages=(4, 17),
    audience="children from 4 to 17 years",
    filled_by=("parent",),
    recall="",
    missing_rule="Every item has to be answered; a subscale that is complete counts by itself.",
    licence=(
        "William Gardner and Kelly Kelleher 1999, after the PSC of Michael Jellinek and J. Michael Murphy: "
        "may be freely reproduced."
    ),
    sources=("Gardner 1999, Ambul Child Health 5:225-236",),
)
