"""What was just written, read back by its id: the page has it at once, an EHR's search perhaps only later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cds_service.outside import clock
from cds_service.outside.ehr import Gathering
from cds_service.searchset import newest_of_each
from measures.gather import Query
from smart_app.care.queries import CHART_KINDS
from smart_app.session import OpenChart, wiring

LATE = timedelta(minutes=10)  # an index that is later than that is shown as it is
READ_BACK_MS = 2000


def with_written(opened: OpenChart, found: Gathering) -> Gathering:
    """The same with what was written to this chart lately, and not found by searching. The EHR's word counts:
    what it does not give back is not shown.
    """
    known = {(resource["resourceType"], resource.get("id")) for resource in found.resources}
    lately = wiring().writes.since(opened.host_ehr.name, opened.patient_id, clock.now() - LATE)
    missing = [
        Query(f"{part.kind}/{part.id}", part.kind, f"{part.kind}/{part.id}")
        for write in lately
        for part in write.written
        if part.kind in CHART_KINDS and (part.kind, part.id) not in known
    ]
    if not missing:
        return found
    reader = wiring().reader
    read = reader.gather(opened.host_ehr, opened.token, opened.patient_id, missing, deadline_ms=READ_BACK_MS)
    return replace(found, resources=tuple(newest_of_each([*found.resources, *read.resources])))
