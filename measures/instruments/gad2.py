"""GAD-2, 0 to 6: the first two items of the GAD-7. From 3 points on, the GAD-7 follows."""

from measures.instrument import POSITIVE, Band, CutOff, FollowOn, Instrument
from measures.instruments import _gad as gad
from measures.instruments import _phq as phq
from measures.scoring import Summed

INSTRUMENT = Instrument(
    id="gad-2",
    title="GAD-2",
    about="anxiety",
    version="2007",
    items=(gad.NERVOUS, gad.WORRYING),
    scorer=Summed(),
    bands=(Band(0, "negative"), Band(3, "positive", "watch")),
    cut_off=CutOff(3),
    highest=6,
    ages=(12, 150),
    audience="adults, and adolescents from 12 years",
    recall=phq.RECALL,
    licence=phq.LICENCE,
    sources=("Kroenke 2007, Ann Intern Med 146:317-325",),
    follow_ons=(FollowOn("gad-7", POSITIVE, "GAD-2 of 3 or more: ask the whole GAD-7"),),
)
