"""Housing, one question."""

from measures.instrument import Instrument
from measures.instruments import _social as social

INSTRUMENT = Instrument(
    id="housing",
    title="Housing",
    about="housing need",
    version="AHC HRSN, item 1",
    items=(social.HOUSING,),
    scorer=social.one_need("housing", "housing"),
    filled_by=("patient", "clinician", "care coordinator"),
    licence=social.LICENCE,
)
