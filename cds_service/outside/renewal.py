"""Access tokens of open charts, renewed in time and by one caller only.

An EHR that sees a refresh token twice takes it for stolen and revokes them all. So whoever finds a token
about to end claims the session first, over all processes; the others wait a moment for what the first one
brings.
"""

from __future__ import annotations

import time
from typing import Any

import structlog

from cds_service.outside import clock
from cds_service.outside.discovery import Endpoints
from cds_service.outside.registry import HostEhr
from cds_service.outside.sessions import ChartSession, ChartSessions
from cds_service.outside.smart import ANSWER_SECONDS, SmartAuthorization
from cds_service.outside.token_endpoint import SmartProblem, Tokens, Unreachable

_RENEW_BEFORE_SECONDS = 60  # before the end; a page's reads must not outlive their token
_WAIT_SECONDS = 3.0  # for another caller's renewal; a thread that waits longer is missed elsewhere
_LOOK_AGAIN_SECONDS = 0.05
_log = structlog.get_logger()


class LaunchAgain(Exception):
    """The EHR's permission has ended and cannot be renewed: the user has to launch the app again."""


class Renewal:
    """Hands out chart sessions whose access token can be used. One per process; safe for threads."""

    def __init__(self, sessions: ChartSessions, smart: SmartAuthorization) -> None:
        self._sessions = sessions
        self._smart = smart

    def usable(self, ehr: HostEhr, session: ChartSession, *, refused: str | None = None) -> ChartSession:
        """The session with a token that lasts; `refused` is a token the EHR answered 401 to.

        Raises LaunchAgain, or Unreachable when the EHR does not answer and the old token has ended.
        """
        give_up_at = clock.monotonic() + _WAIT_SECONDS
        while _ends_soon(session, refused):
            if not session.data.get("refresh_token"):
                if _seconds_left(session) > 0 and refused is None:
                    return session
                raise LaunchAgain
            if self._sessions.claim_refresh(session.launch_id, seconds=2 * ANSWER_SECONDS):
                return self._renewed(ehr, self._again(session), refused)
            if clock.monotonic() > give_up_at:
                raise Unreachable(f"{ehr.name} is slow to renew the permission to read this chart.")
            time.sleep(_LOOK_AGAIN_SECONDS)
            session = self._again(session)
        return session

    def _renewed(self, ehr: HostEhr, session: ChartSession, refused: str | None) -> ChartSession:
        """The session with new tokens. The caller holds the claim, which every way out of here ends."""
        data = session.data
        try:
            if _ends_soon(session, refused):  # nobody was quicker
                endpoint = self._smart.token_endpoint(ehr, Endpoints.kept(data["endpoints"]))
                data = _with_tokens(session, endpoint.refresh(data["refresh_token"]))
        except Unreachable:
            if _seconds_left(session) <= 0 or refused is not None:
                raise
        except SmartProblem as problem:
            _log.warning("token not renewed", host_ehr=ehr.name, error=type(problem).__name__)
            data = data | {"refresh_token": None, "expires_at": 0}
        finally:
            kept = self._sessions.update(session.launch_id, data)
        if not kept or not data["access_token"] or data["expires_at"] == 0:
            raise LaunchAgain
        return self._again(session)

    def _again(self, session: ChartSession) -> ChartSession:
        found = self._sessions.get(session.launch_id)
        if found is None:  # closed, or idle for too long
            raise LaunchAgain
        return found


def _with_tokens(session: ChartSession, tokens: Tokens) -> dict[str, Any]:
    patient = tokens.context.get("patient", session.patient_id)
    if patient != session.patient_id:  # a session has one patient, for ever
        raise SmartProblem("The authorization server answered with tokens for another patient.")
    return session.data | {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": tokens.expires_at,
        "scope": tokens.scope or session.data["scope"],
    }


def _ends_soon(session: ChartSession, refused: str | None) -> bool:
    return _seconds_left(session) <= _RENEW_BEFORE_SECONDS or session.data["access_token"] == refused


def _seconds_left(session: ChartSession) -> float:
    """Until the access token ends; for ever when the EHR did not say."""
    ends = session.data["expires_at"]
    return float("inf") if ends is None else ends - clock.now().timestamp()
