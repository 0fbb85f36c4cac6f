"""Transport, one question."""

from measures.instrument import Instrument
from measures.instruments import _social as social

INSTRUMENT = Instrument(
    id="transport",
    title="Transport",
    about="transport need",
    version="ahc-hrsn-2021",
    items=(social.TRANSPORT,),
    scorer=social.one_need("transport", "transport"),
    filled_by=("patient", "clinician", "care coordinator"),
    recall="Past 12 months",
    licence=social.LICENCE,
)
