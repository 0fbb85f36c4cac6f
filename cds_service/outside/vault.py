"""Sealing of secrets at rest: AES-256-GCM, bound to the place where the sealed text is kept.

A sealed text reads `v1.<key id>.<base64url(nonce + ciphertext)>`. The key id finds the key after a rotation;
the place (host EHR, row, column) is authenticated with the text: a ciphertext copied elsewhere does not open.
"""

import base64
import binascii
import logging
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.engine import make_url

from cds_service.outside.settings import Settings, SettingsError

_VERSION = "v1"
_NONCE_BYTES = 12


class VaultError(Exception):
    """A sealed text that cannot be opened; the message never holds any of it."""


class WrongKey(VaultError):
    """Sealed with a secret key this process does not have."""


class Tampered(VaultError):
    """Changed, cut off, or moved from another place."""


class Vault:
    """Seals with one secret; opens what that secret, or a previous one, has sealed."""

    def __init__(self, secret: str, *previous: str) -> None:
        derived = [_derived(each) for each in (secret, *previous)]
        self._current = derived[0][0]
        self._ciphers = {key_id: AESGCM(key) for key_id, key in reversed(derived)}
        self._secrets = (secret, *previous)

    def keys_for(self, purpose: str) -> tuple[bytes, ...]:
        """Keys for another purpose, such as signing a cookie: the present one, then earlier ones."""
        info = f"throughline {purpose} v1".encode()
        return tuple(_stretched(secret, 32, info) for secret in self._secrets)

    def seal(self, text: str, *, where: str) -> str:
        """Seal a text for one place, named e.g. `riverside/chart_session/3f2a/data`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), _bound(self._current, where))
        return f"{_VERSION}.{self._current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, where: str) -> str:
        """The text sealed for exactly this place; raises WrongKey or Tampered."""
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if version != _VERSION or not body:
            raise Tampered(f"{where}: this is not a sealed text")
        if key_id not in self._ciphers:
            raise WrongKey(
                f"{where}: sealed with another secret key (id {key_id[:8]}); "
                "put the earlier key into THROUGHLINE_PREVIOUS_SECRET_KEYS"
            )
        try:
            raw = base64.b64decode(body, altchars=b"-_", validate=True)
            opened = self._ciphers[key_id].decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(key_id, where)
            )
        except (InvalidTag, binascii.Error, ValueError):
            raise Tampered(f"{where}: the sealed text was changed, or belongs to another place") from None
        return opened.decode()


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation.

    Without a secret key (never in production) a random one is kept beside the SQLite database, mode 0600.
    Raises SettingsError when there is no place for it, or others may read it.
    """
    previous = [secret.get_secret_value() for secret in settings.previous_secret_keys]
    if settings.secret_key is not None:
        return Vault(settings.secret_key.get_secret_value(), *previous)
    url = make_url(settings.database_url)
    if settings.production or url.get_backend_name() != "sqlite" or not url.database:
        raise SettingsError("THROUGHLINE_SECRET_KEY is required; make one with: openssl rand -base64 32")
    path = Path(f"{url.database}.key")
    logging.getLogger(__name__).warning("no THROUGHLINE_SECRET_KEY; using the key kept beside the database")
    return Vault(_kept_key(path), *previous)


def _derived(secret: str) -> tuple[str, bytes]:
    """(key id, key): both from the secret, so a rotated secret needs no list of ids."""
    material = _stretched(secret, 36, b"throughline vault v1")
    return material[32:].hex(), material[:32]


def _stretched(secret: str, length: int, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret.encode())


def _bound(key_id: str, where: str) -> bytes:
    return f"{_VERSION}.{key_id}.{where}".encode()


def _kept_key(path: Path) -> str:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        if not path.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, path)  # never replaces: the first of several processes wins
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"{path}: readable by others; run: chmod 600 {path}")
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot keep a secret key here ({error.strerror}); set THROUGHLINE_SECRET_KEY"
        ) from None
