"""Housing, one question."""

from measures.instrument import Instrument
from measures.instruments import _social as social

INSTRUMENT = Instrument(
    id="housing",
    title="Housing",
    about="housing need",
    version="ahc-hrsn-2021",
    items=(social.HOUSING,),
    scorer=social.one_need("housing", "housing"),
    filled_by=("patient", "clinician", "care coordinator"),
    licence=social.LICENCE,
)
