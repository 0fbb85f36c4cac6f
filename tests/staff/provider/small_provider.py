"""An organisation's OpenID Connect provider on loopback, with signed tokens, and the way there and back."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.smart_app.small_ehr import SmallEhr
from tests.staff.browsing import StaffBrowser

CALLBACK = "/staff/callback"


class SmallProvider(SmallEhr):
    """The small authorization server of the launch tests, as an organisation's provider: it knows groups."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.groups: Any = ["it-admins", "everybody"]
        self.claims: dict[str, Any] = {"preferred_username": "dana"}
        self.change_claims = lambda claims: claims | {"groups": self.groups} | self.claims
        self.server.expect_request("/.well-known/openid-configuration").respond_with_handler(
            self._configuration
        )


def begin(browser: StaffBrowser, path: str = "/staff/sign-in/provider") -> str:
    answer = browser.get(path)
    assert answer.status_code == 303, answer.text
    return answer.location


def come_back(browser: StaffBrowser, provider: SmallProvider, **more: str) -> TestResponse:
    return browser.get(CALLBACK, query_string=provider.allow(begin(browser), **more))
