"""The patient's sex, where a measure asks for it."""

from measures.criteria import criterion
from measures.events import RecordCannotSay

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
# Of each place that may give it, the best first: what it says for female and for male.
EXTENSIONS = {US_CORE + "us-core-sex": ("248152002", "248153007"), US_CORE + "us-core-birthsex": ("F", "M")}


@criterion("female")
def female(patient, _period):
    """By us-core-sex, which decides where it is given; else by birth sex; else by administrative gender."""
    held = patient.patient.get("extension")
    extensions = [e for e in held if isinstance(e, dict)] if isinstance(held, list) else []
    given = {str(e.get("url")): e.get("valueCode") for e in extensions}
    for url, answers in EXTENSIONS.items():
        if url in given:
            return _is_first(answers, given[url])
    return _is_first(("female", "male"), patient.patient.get("gender"))


def _is_first(answers, given):
    if given not in answers:
        raise RecordCannotSay("the record does not give the patient's sex")
    return given == answers[0]
