"""Launching in tests, step by step or in one go, and a page that tells what it was given."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Blueprint, Flask, jsonify
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service.outside.registry import HostEhr
from cds_service.outside.telemetry import configure_logging
from smart_app.session import OpenChart, in_chart
from tests.smart_app.small_ehr import SmallEhr

probe = Blueprint("probe", __name__)


@probe.route("/chart/<launch_id>/probe", methods=["GET", "POST"])
@in_chart
def show(chart: OpenChart) -> Any:
    return jsonify(
        launch_id=chart.launch_id,
        host_ehr=chart.host_ehr.name,
        patient=chart.patient_id,
        user=chart.user,
        token=chart.token,
        scopes=sorted(chart.granted_scopes),
        banner=chart.need_patient_banner,
        encounter=chart.encounter_id,
        app_context=chart.app_context,
    )


@contextmanager
def production_logging(level: str) -> Iterator[None]:
    """Log as a server does, and put back afterwards what that changes for the whole process."""
    root = logging.getLogger()
    handlers, root_level, configured = root.handlers[:], root.level, structlog.get_config()
    configure_logging(level)
    try:
        yield
    finally:
        root.handlers, root.level = handlers, root_level
        logging.captureWarnings(False)  # else warnings of later tests would be log lines, not errors
        structlog.configure(**configured)


def register(app: Flask, ehr: HostEhr) -> None:
    app.extensions["throughline"].host_ehrs.add(ehr)


def start(browser: FlaskClient, ehr: SmallEhr, **parameters: str) -> str:
    """Open the launch address; the address the EHR's authorization page is asked at."""
    response = browser.get("/launch", query_string={"iss": ehr.fhir_base, "launch": "handle"} | parameters)
    assert response.status_code == 302, response.text
    return response.location


def launch(browser: FlaskClient, ehr: SmallEhr, **parameters: str) -> TestResponse:
    """The whole way: launch, agree at the EHR, come back."""
    return browser.get("/callback", query_string=ehr.allow(start(browser, ehr), **parameters))


def opened(response: TestResponse) -> str:
    """The chart's address, without its slash at the end."""
    assert response.status_code == 303, response.text
    return response.location.rstrip("/")


def seen(browser: FlaskClient, chart: str) -> dict[str, Any]:
    """What a page of this chart is given."""
    response = browser.get(f"{chart}/probe")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json or {}
    return found
