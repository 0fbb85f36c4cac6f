"""The host EHR's look as a style sheet of its own, since our pages have no inline style.

GET /chart/<launch_id>/host.css
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app

from smart_app.host_style import css, tokens_of
from smart_app.session import OpenChart, in_chart

blueprint = Blueprint("host_style", __name__)


@blueprint.get("/chart/<launch_id>/host.css")
@in_chart
def give_style(opened: OpenChart) -> Response:
    """Empty where the EHR gave none, or none that could be read on our pages."""
    ours = tokens_of(Path(str(current_app.static_folder)) / "base.css")
    return Response(css(opened.host_style, ours), mimetype="text/css")
