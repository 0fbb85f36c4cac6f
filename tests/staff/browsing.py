"""A browser of staff pages, without the screen: it keeps cookies, and sends forms as their page would."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from cds_service.outside.audit_reading import AuditReader, Wanted

PASSWORD = "four quite ordinary words"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class StaffBrowser:
    """One person's browser, at the app's own address."""

    def __init__(self, app: Flask) -> None:
        self.origin = app.extensions["throughline"].settings.origin
        self.client = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=self.origin, **options)

    def post(self, path: str, form: dict[str, Any], headers: dict[str, str] = OWN_PAGE) -> TestResponse:
        """Sends exactly this form."""
        return self.client.post(path, base_url=self.origin, data=form, headers=headers)

    def send(self, path: str, on: str = "/staff/", **form: Any) -> TestResponse:
        """Sends a form with the token of the page it stands on."""
        return self.post(path, form | {"csrf_token": self.token(on)})

    def token(self, on: str = "/staff/") -> str:
        found = _TOKEN.search(self.get(on).text)
        assert found, f"{on} has no form"
        return found[1]

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.send("/staff/sign-in", "/staff/sign-in", name=name, password=password, **more)

    def cookie(self) -> str:
        kept = self.client.get_cookie("throughline_staff", domain="127.0.0.1")
        return kept.value if kept else ""


def audited(app: Flask) -> list[tuple[str, str, str]]:
    """(actor, action, outcome) of every row of the audit, the oldest first."""
    rows = AuditReader(app.extensions["throughline"].database).page(Wanted())
    return [(row.actor, row.action, row.outcome) for row in reversed(rows)]
