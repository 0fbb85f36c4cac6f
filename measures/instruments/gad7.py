"""GAD-7, 0 to 21: anxiety. Cut-offs of Spitzer 2006."""

from measures.instrument import Band, CutOff, Instrument
from measures.instruments import _gad as gad
from measures.instruments import _phq as phq
from measures.scoring import Summed
from measures.terminology import LOINC, Code

INSTRUMENT = Instrument(
    id="gad-7",
    title="GAD-7",
    about="anxiety",
    version="2006",
    panel=Code(LOINC, "69737-5", "GAD-7 panel"),
    total=Code(LOINC, "70274-6", "GAD-7 total score"),
    items=(
        gad.NERVOUS,
        gad.WORRYING,
        phq.asked("3", "69733-4", "Worrying too much about different things"),
        phq.asked("4", "69734-2", "Trouble relaxing"),
        phq.asked("5", "69735-9", "Being so restless that it is hard to sit still"),
        phq.asked("6", "69689-8", "Becoming easily annoyed or irritable"),
        phq.asked("7", "69736-7", "Feeling afraid, as if something awful might happen"),
        phq.difficulty(),
    ),
    scorer=Summed(),
    bands=(
        Band(0, "minimal"),
        Band(5, "mild"),
        Band(10, "moderate", "watch"),
        Band(15, "severe", "high"),
    ),
    cut_off=CutOff(10),
    highest=21,
    ages=(12, 150),
    audience="adults, and adolescents from 12 years",
    recall=phq.RECALL,
    licence=phq.LICENCE,
    sources=("Spitzer 2006, Arch Intern Med 166:1092-1097",),
)
