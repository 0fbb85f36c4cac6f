"""The preflight looks at this installation from outside: its keys, its cookie, and who may frame it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from cds_service.outside.preflight import Outcome, Step, preflight
from cds_service.outside.preflight_ourselves import our_own_steps
from tests.smart_app.small_ehr import SmallEhr

OURS = ("Our own keys", "Frames", "Cookies in a frame")


class Proxy:
    """What stands in front of the app, and what it does to the answers."""

    def __init__(self, app) -> None:
        self.app = app
        self.without: set[str] = set()
        self.adds: list[tuple[str, str]] = []

    def __call__(self, environ, start_response):
        def start(status, headers, *rest):
            kept = [pair for pair in headers if pair[0].lower() not in self.without]
            return start_response(status, [*kept, *self.adds], *rest)

        return self.app(environ, start)


@pytest.fixture
def proxy(app) -> Proxy:
    return Proxy(app)


@pytest.fixture
def address(proxy) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, proxy, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def steps(ehr: SmallEhr, address: str | None, **smart) -> dict[str, Step]:
    return {step.title: step for step in preflight(ehr.registered(**smart), base_url=address)}


def test_where_all_is_right_keys_frame_and_cookie_are_ok(ehr, address):
    found = steps(ehr, address, auth="private_key_jwt")

    assert {found[title].outcome for title in OURS} == {Outcome.OK}
    assert ehr.origin in found["Frames"].found


def test_a_public_client_needs_no_keys(ehr, address):
    assert steps(ehr, address)["Our own keys"].outcome is Outcome.SKIPPED


def test_a_proxy_that_takes_the_policy_away_is_found_out(ehr, address, proxy):
    proxy.without = {"content-security-policy"}

    found = steps(ehr, address)["Frames"]

    assert f"do not say `frame-ancestors {ehr.origin}`" in found.found
    assert "Content-Security-Policy" in found.mend


def test_a_proxy_that_forbids_framing_is_found_out(ehr, address, proxy):
    proxy.adds = [("X-Frame-Options", "SAMEORIGIN")]

    assert "X-Frame-Options" in steps(ehr, address)["Frames"].found


@pytest.mark.parametrize("cookie", [[], [("Set-Cookie", "throughline_launch_x=1; Secure; SameSite=Lax")]])
def test_a_proxy_that_spoils_the_cookie_is_found_out(ehr, address, proxy, cookie):
    proxy.without, proxy.adds = {"set-cookie"}, cookie

    assert steps(ehr, address)["Cookies in a frame"].outcome is Outcome.FAILED


def test_a_server_that_does_not_run_is_told(ehr):
    found = steps(ehr, "http://127.0.0.1:9", auth="private_key_jwt")

    assert found["Our own keys"].outcome is found["Frames"].outcome is Outcome.FAILED
    assert "start the server" in found["Frames"].mend


def test_an_address_of_this_machine_only_is_of_no_use_to_an_ehr_elsewhere(ehr, address):
    elsewhere = ehr.registered().model_copy(update={"fhir_base": "https://ehr.example.org/fhir"})

    first, *_ = our_own_steps(elsewhere, address)

    assert first.outcome is Outcome.FAILED
    assert "is for this machine only" in first.found
    assert "Our own address" not in steps(ehr, address)


def test_without_an_address_of_our_own_it_is_not_looked_at(ehr):
    found = steps(ehr, None, auth="private_key_jwt")

    assert {found[title].outcome for title in OURS} == {Outcome.SKIPPED}
