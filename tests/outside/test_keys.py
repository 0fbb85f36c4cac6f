"""The app's own keys: the same in every process, sealed at rest, the public half shown a week longer."""

from __future__ import annotations

import pytest
import time_machine
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import text

from cds_service.outside.database import Database
from cds_service.outside.keys import ALGORITHMS, SigningKeys
from cds_service.outside.vault import Vault
from tests.conftest import SECRET
from tests.outside.several_processes import in_processes


@pytest.fixture
def keys(database, vault) -> SigningKeys:
    return SigningKeys(database, vault)


def kid_in_a_process(number: int, url: str) -> str:
    database = Database(url, wait_seconds=30)
    kid = SigningKeys(database, Vault(SECRET)).current("ES384").kid
    database.close()
    assert kid is not None
    return kid


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_a_current_key_signs_the_published_set_verifies(keys, alg):
    key = keys.current(alg)

    token = jwt.encode({"alg": alg, "kid": key.kid}, {"iss": "throughline"}, key, algorithms=[alg])

    published = KeySet.import_key_set(keys.public_jwks())
    assert jwt.decode(token, published, algorithms=[alg]).claims == {"iss": "throughline"}


def test_processes_that_start_together_sign_with_one_key(database, keys):
    kids = in_processes(kid_in_a_process, database.url.render_as_string(hide_password=False))

    assert set(kids) == {keys.current("ES384").kid}


def test_the_published_set_has_no_private_part(keys):
    published = keys.public_jwks()["keys"]

    assert [(key["kty"], key["alg"], key["use"]) for key in published] == [
        ("RSA", "RS384", "sig"),
        ("EC", "ES384", "sig"),
    ]
    assert not any({"d", "p", "q", "dp", "dq", "qi"} & key.keys() for key in published)


def test_a_private_key_cannot_be_read_in_the_database(keys, database):
    private = str(keys.current("ES384").as_dict(private=True)["d"])

    with database.reading() as connection:
        stored = str(connection.execute(text("SELECT * FROM signing_key")).all())

    assert private not in stored


@pytest.mark.parametrize(("hours", "shown"), [(24 * 7 - 1, 2), (24 * 7, 1)])
def test_a_key_is_shown_for_a_week_after_the_next_one_took_over(database, vault, hours, shown):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        keys = SigningKeys(database, vault)
        first = keys.current("ES384")
        second = keys.rotate("ES384")
        assert SigningKeys(database, vault).current("ES384").kid == second.kid != first.kid
        traveller.shift(hours * 3600)

        published = [key for key in keys.public_jwks()["keys"] if key["kty"] == "EC"]

    assert len(published) == shown
    assert second.kid in {key["kid"] for key in published}
