"""AUDIT-C, 0 to 12: alcohol. Positive from 3 for women and from 4 for men (Bush 1998, Bradley 2007).

Where the sex is not on record, a 3 may be either; its word is that of the lower cut-off: it misses nobody.
"""

from measures.instrument import POSITIVE, Band, CutOff, FollowOn, Instrument
from measures.instruments import _audit as audit
from measures.respondent import Sex
from measures.scoring import Summed
from measures.terminology import LOINC, Code


def _bands(positive_from: int) -> tuple[Band, ...]:
    return (Band(0, "negative"), Band(positive_from, "positive", "watch"), Band(8, "high", "high"))


INSTRUMENT = Instrument(
    id="audit-c",
    title="AUDIT-C",
    about="alcohol",
    version="1998",
    panel=Code(LOINC, "72109-2", "AUDIT-C panel"),
    total=Code(LOINC, "75626-2", "AUDIT-C total score"),
    items=audit.CONSUMPTION,
    scorer=Summed(),
    bands=_bands(3),
    bands_by_sex={Sex.FEMALE: _bands(3), Sex.MALE: _bands(4)},
    cut_off=CutOff(3, by_sex={Sex.FEMALE: 3, Sex.MALE: 4}),
    when_sex_unknown="3 points are positive for women and negative for men; the sex is not on record.",
    highest=12,
    audience="adults",
    recall="Past year",
    licence=audit.LICENCE,
    sources=("Bush 1998, Arch Intern Med 158:1789-1795", "Bradley 2007, Alcohol Clin Exp Res 31:1208-1217"),
    follow_ons=(
        FollowOn("audit", POSITIVE, "AUDIT-C positive: the whole AUDIT tells how harmful the use is"),
    ),
)
