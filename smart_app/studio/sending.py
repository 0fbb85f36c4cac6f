"""A test call of the sandbox's page: sent to this very application, inside the process, and through its front
door. Nothing of the way in is left out: the signature is verified, the token spent, the call audited.
"""

from __future__ import annotations

from flask import current_app
from werkzeug.test import TestResponse

from cds_service.outside.sandbox_client import SandboxClient, Signing
from cds_service.web import PATH, SENT_AS
from cds_service.wiring import Wiring


def send(wiring: Wiring, client: SandboxClient, path: str, body: bytes, how: Signing) -> TestResponse:
    """The answer of the service to this body, posted to `/cds-services/{path}`."""
    address = f"{PATH}/{path}"
    signed = client.authorization(address, how)
    with current_app.app_context():  # its own, so that the page's request and the call do not share `g`
        return current_app.test_client(use_cookies=False).post(
            address,
            base_url=wiring.settings.base_url,
            data=body,
            content_type="application/json",
            headers={} if signed is None else {"Authorization": signed},
            environ_overrides={SENT_AS: how.value},
            buffered=True,  # and closed: what a call leaves for afterwards is done
        )
