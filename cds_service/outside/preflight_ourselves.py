"""Preflight of this installation, as EHR and browser see it: our keys, our cookie, who may frame us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cds_service.outside.host_ehr import HostEhr, check_public_keys
from cds_service.outside.origins import is_loopback
from cds_service.outside.probing import Step, Unusable, answer_of, document_at, failed, ok, skipped

_KEYS, _FRAME, _COOKIE = "Our own keys", "Frames", "Cookies in a frame"
_IN_A_FRAME = {"samesite=none", "secure", "partitioned"}
_RUNNING = "start the server, and check THROUGHLINE_BASE_URL and the reverse proxy"


def our_own_steps(ehr: HostEhr, base_url: str | None) -> Iterator[Step]:
    """Looks at `base_url` as it is reached from here, through whatever proxy stands in front of it."""
    if ehr.smart is None:
        return
    if base_url is None:
        yield from (skipped(title, "our own address was not given") for title in (_KEYS, _FRAME, _COOKIE))
        return
    if is_loopback(base_url) and not is_loopback(ehr.fhir_base):
        mend = "set THROUGHLINE_BASE_URL to the https address under which the EHR and browsers reach it"
        yield failed("Our own address", f"{base_url} is for this machine only", mend)
    if ehr.smart.auth == "private_key_jwt":
        yield _our_keys(base_url)
    else:
        yield skipped(_KEYS, f"not needed with `auth: {ehr.smart.auth}`")
    yield from _in_a_frame(ehr, base_url)


def _our_keys(base_url: str) -> Step:
    address = f"{base_url}/.well-known/jwks.json"
    try:
        document = document_at(address)
        check_public_keys(document)
    except Unusable as trouble:
        return failed(_KEYS, f"{address}: {trouble.found}", _RUNNING)
    except ValueError as trouble:
        return failed(_KEYS, f"{address}: {trouble}", _RUNNING)
    return ok(_KEYS, f"{len(document['keys'])} at {address}")


def _in_a_frame(ehr: HostEhr, base_url: str) -> Iterator[Step]:
    """What a launch of this EHR is answered with: the policy and the cookie, if no proxy took them away."""
    try:
        answer = answer_of(f"{base_url}/launch", iss=ehr.fhir_base)
    except Unusable as trouble:
        yield failed(_FRAME, f"{base_url}: {trouble.found}", _RUNNING)
        yield skipped(_COOKIE, "needs the answer to a launch")
        return
    yield _frames(ehr, answer.headers)
    if not answer.is_redirect:
        yield skipped(_COOKIE, f"a launch is answered with HTTP {answer.status_code}; see the steps above")
        return
    lines = answer.headers.get_list("Set-Cookie")
    cookies = [{part.strip().lower() for part in line.split(";")} for line in lines]
    if any(attributes >= _IN_A_FRAME for attributes in cookies):
        yield ok(_COOKIE, "SameSite=None; Secure; Partitioned")
    else:
        mend = "let the reverse proxy pass Set-Cookie on as it is"
        yield failed(_COOKIE, "the launch cookie is not SameSite=None; Secure; Partitioned", mend)


def _frames(ehr: HostEhr, headers: Mapping[str, str]) -> Step:
    if not ehr.frame_ancestors:
        return skipped(_FRAME, "no `frame_ancestors:` in the file: the app opens in a window of its own only")
    wanted = f"frame-ancestors {' '.join(ehr.frame_ancestors)}"
    policy = headers.get("Content-Security-Policy", "")
    if wanted not in [part.strip() for part in policy.split(";")]:
        mend = "let the reverse proxy pass Content-Security-Policy on as it is"
        return failed(_FRAME, f"our own pages do not say `{wanted}`", mend)
    if "X-Frame-Options" in headers:
        return failed(_FRAME, "X-Frame-Options was added on the way", "take it out of the reverse proxy")
    return ok(_FRAME, f"{' '.join(ehr.frame_ancestors)} may frame the app, nobody else")
