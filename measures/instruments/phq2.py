"""PHQ-2, 0 to 6: the first two items of the PHQ-9. From 3 points on, the PHQ-9 follows."""

from measures.instrument import POSITIVE, Band, CutOff, FollowOn, Instrument
from measures.instruments import _phq as phq
from measures.scoring import Summed
from measures.terminology import LOINC, Code

INSTRUMENT = Instrument(
    id="phq-2",
    title="PHQ-2",
    about="depression",
    version="2003",
    panel=Code(LOINC, "55757-9", "PHQ-2 panel"),
    total=Code(LOINC, "55758-7", "PHQ-2 total score"),
    items=(phq.INTEREST, phq.DOWN),
    scorer=Summed(),
    bands=(Band(0, "negative"), Band(3, "positive", "watch")),
    cut_off=CutOff(3),
    highest=6,
    ages=(12, 150),
    audience="adults, and adolescents from 12 years",
    recall=phq.RECALL,
    licence=phq.LICENCE,
    sources=("Kroenke 2003, Med Care 41:1284-1292",),
    follow_ons=(FollowOn("phq-9", POSITIVE, "PHQ-2 of 3 or more: ask the whole PHQ-9"),),
    findings=phq.SCREENING_FINDINGS,
)
