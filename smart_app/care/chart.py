"""The whole chart page as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from measures.measure import MeasureResult
from measures.sources import Provenance
from smart_app.care.banner import Banner, banner
from smart_app.care.gaps import Gaps, gaps
from smart_app.care.material import Material
from smart_app.care.panel import PanelView
from smart_app.care.panels import find_panels
from smart_app.care.risk_line import RiskLine
from smart_app.care.safety import SafetyLine, safety_lines
from smart_app.care.scale import Span
from smart_app.care.states import Absence
from smart_app.care.svg import Picture, picture
from smart_app.care.timeline import timeline
from smart_app.care.transition import Transition, transition


@dataclass(frozen=True)
class Chart:
    """In the order it is read: safety, clock, risk, gaps, timeline, panels.

    `risk_expected` is set where risk is scored here, so that its absence is told, with `no_risk` the reason
    where there is one; `provenance` says which of
    the facts are not the EHR's own.
    """

    banner: Banner
    safety: tuple[SafetyLine, ...]
    transition: Transition | None
    no_transition: Absence | None
    risk: RiskLine | None
    risk_expected: bool
    no_risk: str
    gaps: Gaps
    span: Span
    timeline: Picture
    panels: tuple[PanelView, ...]
    provenance: Provenance


def chart(
    material: Material,
    results: Mapping[str, MeasureResult],
    span: Span,
    *,
    risk: RiskLine | None = None,
    risk_expected: bool = False,
    no_risk: str = "",
) -> Chart:
    record, today = material.record, material.today
    clock = transition(material)
    return Chart(
        banner=banner(record, today),
        safety=safety_lines(record, today),
        transition=None if isinstance(clock, Absence) else clock,
        no_transition=clock if isinstance(clock, Absence) else None,
        risk=risk,
        risk_expected=risk_expected,
        no_risk=no_risk,
        gaps=gaps(results, record.vocabulary, today),
        span=span,
        timeline=picture(timeline(record, today, span)),
        panels=tuple(panel.show(material) for panel in find_panels()),
        provenance=material.provenance,
    )
