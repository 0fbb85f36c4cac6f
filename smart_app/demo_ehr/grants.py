"""What this EHR's authorization server remembers: launches, codes and tokens, in memory, each with an end.

A launch and a code can be taken once. Everything is lost when the demo stops, as it should be.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

LAUNCH_LASTS = timedelta(minutes=5)
CODE_LASTS = timedelta(minutes=1)
TOKEN_LASTS = timedelta(hours=1)
REFRESH_LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Context:
    """What an app is launched about. `banner`: the app must draw the patient banner itself."""

    user: str  # "Practitioner/demo-clinician"
    patient: str | None = None
    encounter: str | None = None
    banner: bool = True
    app_context: str | None = None


@dataclass(frozen=True)
class Code:
    """An authorization code and what it was given for; the methods are the ones Authlib asks for."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    context: Context
    ends: datetime
    nonce: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    get_acr = get_amr = get_auth_time


@dataclass(frozen=True)
class Token:
    access_token: str = field(repr=False)
    client_id: str
    scope: str
    context: Context
    ends: datetime
    refresh_token: str | None = field(default=None, repr=False)
    refresh_ends: datetime | None = None

    def check_client(self, client: object) -> bool:
        return getattr(client, "client_id", None) == self.client_id

    def get_scope(self) -> str:
        return self.scope


class Grants:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = Lock()
        self._launches: dict[str, tuple[datetime, Context]] = {}
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, Token] = {}  # by access token
        self._refreshes: dict[str, Token] = {}  # by refresh token
        self._seen: dict[str, datetime] = {}  # client assertions used, until they expire

    def start_launch(self, context: Context) -> str:
        """The opaque `launch` value of one EHR launch."""
        launch = secrets.token_urlsafe(24)
        with self._lock:
            self._launches = {one: held for one, held in self._launches.items() if held[0] > self._now()}
            self._launches[launch] = (self._now() + LAUNCH_LASTS, context)
        return launch

    def take_launch(self, launch: str) -> Context | None:
        with self._lock:
            ends, context = self._launches.pop(launch, (self._now(), None))
        return context if ends > self._now() else None

    def keep_code(self, code: Code) -> None:
        with self._lock:
            self._codes = {one: held for one, held in self._codes.items() if held.ends > self._now()}
            self._codes[code.code] = code

    def take_code(self, code: str, client_id: str) -> Code | None:
        """A code burns when it is shown, even when the rest of the request then fails."""
        with self._lock:
            held = self._codes.pop(code, None)
        return held if held and held.client_id == client_id and held.ends > self._now() else None

    def keep_token(self, token: Token) -> None:
        with self._lock:
            now = self._now()
            self._tokens = {one: held for one, held in self._tokens.items() if held.ends > now}
            self._tokens[token.access_token] = token
            if token.refresh_token:
                self._refreshes[token.refresh_token] = replace(token, refresh_ends=now + REFRESH_LASTS)

    def token(self, access_token: str) -> Token | None:
        with self._lock:
            held = self._tokens.get(access_token)
        return held if held and held.ends > self._now() else None

    def take_refresh(self, refresh_token: str) -> Token | None:
        """A refresh token works once: the answer carries the next one."""
        with self._lock:
            held = self._refreshes.pop(refresh_token, None)
        return held if held and held.refresh_ends and held.refresh_ends > self._now() else None

    def find(self, text: str) -> Token | None:
        """The token an access or refresh token belongs to."""
        with self._lock:
            return self._tokens.get(text) or self._refreshes.get(text)

    def revoke(self, token: Token) -> None:
        """Ends an access token and the refresh token given with it."""
        with self._lock:
            self._tokens.pop(token.access_token, None)
            if token.refresh_token:
                self._refreshes.pop(token.refresh_token, None)

    def first_time(self, assertion_id: str) -> bool:
        """Whether a client assertion's `jti` is new; remembered for longer than any assertion may live."""
        with self._lock:
            now = self._now()
            self._seen = {one: ends for one, ends in self._seen.items() if ends > now}
            if assertion_id in self._seen:
                return False
            self._seen[assertion_id] = now + TOKEN_LASTS
            return True


def mint(context: Context, client_id: str, scope: str, ends: datetime) -> Token:
    """An access token the EHR itself gives, to a service it calls. (CDS Hooks 2.0, fhirAuthorization)"""
    return Token(secrets.token_urlsafe(32), client_id, scope, context, ends)
