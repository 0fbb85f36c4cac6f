"""The gaps of an open chart as a FHIR document, for whoever must report or pass them on.

GET /chart/<launch_id>/gaps.json    Da Vinci DEQM gaps-in-care Bundle, with a MeasureReport of each measure
"""

from __future__ import annotations

import orjson
from flask import Blueprint, Response

from cds_service.outside import clock
from measures.gaps import gaps_bundle
from measures.time import Period
from smart_app.download import as_download
from smart_app.errors import refuse
from smart_app.pages.reading import audit, read_record
from smart_app.session import OpenChart, in_chart, wiring

blueprint = Blueprint("gaps_document", __name__)


@blueprint.get("/chart/<launch_id>/gaps.json")
@in_chart
def give_gaps(opened: OpenChart) -> Response:
    """The same results as the page's, to be saved as a file."""
    record = read_record(opened).record
    if record is None:
        refuse(502, what="The EHR did not give the patient, so there is nothing to report.")
    audit(opened, "gaps-document", {"launch_id": opened.launch_id})
    today = opened.host_ehr.today()
    results = wiring().catalog.evaluate(record, Period.year(today.year), as_of=today)
    document = gaps_bundle(record, list(results.values()), clock.now(), today)
    return as_download(orjson.dumps(document), "application/fhir+json", "gaps-in-care.json")
