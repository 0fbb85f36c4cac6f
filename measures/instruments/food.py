"""Food, two questions: the Hunger Vital Sign. Either answered "often" or "sometimes true" tells a need."""

from measures.instrument import Instrument
from measures.instruments import _social as social

INSTRUMENT = Instrument(
    id="food",
    title="Food",
    about="food need",
    version="2010",
    items=(social.FOOD_WORRY, social.FOOD_LAST),
    scorer=social.one_need("food", "food-worry", "food-last"),
    filled_by=("patient", "clinician", "care coordinator"),
    recall="Past 12 months",
    missing_rule="One answer that tells a need is enough; no need takes both.",
    licence=social.FOOD_LICENCE.strip(),
    sources=("Hager 2010, Pediatrics 126:e26-e32",),
)
