"""Safety plan: a document, not a score. Six steps in the manner of Stanley and Brown, in our own words."""

from measures.instrument import Instrument, Item, Kind, Wording
from measures.scoring import unscored
from measures.terminology import LOINC, Code

_STEPS = (  # link id, text, whether a plan is of use without it
    (
        "warning-signs",
        "1. Warning signs: thoughts, moods or situations that tell a crisis may be coming",
        True,
    ),
    ("own-coping", "2. What the patient can do alone to take the mind off the crisis", True),
    ("people-and-places", "3. People and places that distract, with telephone numbers", False),
    ("people-for-help", "4. People to ask for help, with telephone numbers", True),
    ("professionals", "5. Professionals and services to call in a crisis, with telephone numbers", True),
    ("safer-surroundings", "6. How the surroundings are made safer: firearms, medicines, other means", True),
    ("reason-to-live", "What is worth living for", False),
)

INSTRUMENT = Instrument(
    id="safety-plan",
    title="Safety plan",
    about="suicide prevention",
    version="2026",
    wording=Wording.OWN_LABELS,
    items=tuple(
        Item(link_id, text, Kind.TEXT, required=required, scored=False) for link_id, text, required in _STEPS
    ),
    scorer=unscored,
    ages=(12, 150),
    audience="adolescents and adults",
    filled_by=("clinician with the patient",),
    missing_rule="",
    licence=(
        "Form and wording are ours. The Stanley-Brown Safety Planning Intervention, whose steps it follows, "
        "is (c) Barbara Stanley and Gregory K. Brown; to use their form, ask them (suicidesafetyplan.com)."
    ),
    sources=("Stanley 2012, Cogn Behav Pract 19:256-264",),
    filed_as=Code(LOINC, "96339-7", "Safety plan"),
)
