"""`throughline keys`: rotated from the command line, picked up by a server that runs, nothing lost."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from cds_service.outside.keys import ALGORITHMS
from cds_service.outside.tables.audit import AuditEventRow
from smart_app.app import create_app
from smart_app.cli import throughline
from tests.conftest import SECRET


@pytest.fixture
def installation(settings, monkeypatch):
    """The variables of an installation, for the command and for a server of it."""
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", SECRET)
    return settings


@pytest.fixture
def server(installation):
    app = create_app(installation)
    yield app
    app.extensions["throughline"].close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(throughline, ["keys", *arguments])


def published(app: Flask) -> list[dict]:
    return (app.test_client().get("/.well-known/jwks.json").json or {})["keys"]


def test_after_a_rotation_there_are_two_new_keys_and_the_old_ones_are_still_published(server):
    before = {key["kid"] for key in published(server)}

    rotated = run("rotate")
    after = {key["kid"] for key in published(server)}

    assert rotated.exit_code == 0, rotated.output
    assert len(before) == 2
    assert before < after
    assert len(after) == 4
    assert rotated.output.count("  current") == 2
    assert rotated.output.count("retired, shown until") == 2
    assert "stay published for 7 days" in rotated.output


@pytest.mark.parametrize(("seconds", "picked_up"), [(59, False), (61, True)])
def test_a_server_that_runs_signs_with_the_new_key_within_a_minute(server, monkeypatch, seconds, picked_up):
    keys, now = server.extensions["throughline"].keys, [1000.0]
    monkeypatch.setattr("cds_service.outside.clock.monotonic", lambda: now[0])
    old = {alg: keys.current(alg).kid for alg in ALGORITHMS}
    run("rotate")
    now[0] += seconds

    new = {alg: keys.current(alg).kid for alg in ALGORITHMS}

    assert [old[alg] != new[alg] for alg in ALGORITHMS] == [picked_up, picked_up]
    assert set(new.values()) <= {key["kid"] for key in published(server)}


def test_what_an_old_key_signed_is_still_good(server):
    old = server.extensions["throughline"].keys.current("ES384")
    signed = jwt.encode({"alg": "ES384", "kid": old.kid}, {"iss": "a"}, old, ["ES384"])

    run("rotate")

    known = KeySet.import_key_set({"keys": published(server)})
    assert jwt.decode(signed, known, ["ES384"]).claims == {"iss": "a"}


def test_a_rotation_is_in_the_audit(server):
    run("rotate")

    with server.extensions["throughline"].database.reading() as connection:
        row = connection.execute(
            select(AuditEventRow.actor, AuditEventRow.action, AuditEventRow.detail)
        ).one()

    assert row[:2] == ("command-line", "keys-rotate")
    assert all(key["kid"] in row.detail for key in published(server))


def test_keys_are_listed_without_making_any(server):
    assert "No key was made yet" in run("list").output

    published(server)
    listed = run("list").output

    assert [line.split()[0] for line in listed.splitlines()] == ["RS384", "ES384"]


def test_without_a_database_there_is_nothing_to_rotate(installation):
    rotated = run("rotate")

    assert rotated.exit_code == 1
    assert "has no tables yet" in rotated.output
