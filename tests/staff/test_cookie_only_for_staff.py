"""The staff cookie: read and written where staff are served, and nowhere else."""

from __future__ import annotations

import pytest
from flask import Flask, session


@pytest.mark.parametrize("path", ["/cds-services", "/launch", "/chart/abc/", "/staffing"])
def test_elsewhere_there_is_no_session_and_none_can_begin(app: Flask, path: str):
    with app.test_request_context(path, headers={"Cookie": "throughline_staff=anything"}):
        assert dict(session) == {}
        with pytest.raises(RuntimeError):
            session["secret"] = "a secret"


@pytest.mark.parametrize("path", ["/staff/", "/staff/sign-in"])
def test_on_staff_pages_one_can_begin(app: Flask, path: str):
    with app.test_request_context(path):
        session["secret"] = "a secret"

        assert dict(session) == {"secret": "a secret"}
