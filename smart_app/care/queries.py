"""What the chart page asks the host EHR for beyond what the measures read."""

from __future__ import annotations

from measures.gather import QUERIES, Query

PAGE_QUERIES = (
    Query("CareTeam", "CareTeam", "CareTeam?patient={patient}"),
    Query("Goal", "Goal", "Goal?patient={patient}"),
    Query("Appointment", "Appointment", "Appointment?patient={patient}"),
)

CHART_QUERIES: tuple[Query, ...] = (*QUERIES, *PAGE_QUERIES)
CHART_KINDS = frozenset(query.kind for query in CHART_QUERIES)
