"""The rules of CDS Hooks, asked of our own running service, which keeps them, and of one that breaks each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from joserfc.jwk import ECKey, RSAKey

from cds_service.conformance import examine, find_rules
from cds_service.conformance.rule import Outcome
from cds_service.conformance.subject import Subject
from cds_service.outside.cds_client import BadKey, HttpCdsClient, read_key
from smart_app.cli import throughline
from smart_app.demo_ehr.serving import listen, served
from tests.cds_service.calls import TODAY
from tests.cds_service.wrong_service import refusing_wrongly, wrong_service
from tests.demo_ehr.test_demo_command import free_pair

KEY = ECKey.generate_key("P-384", {"kid": "k"})


def check(*arguments: object) -> Result:
    return CliRunner().invoke(throughline, ["cds", "check", *map(str, arguments)])


def address(app: Flask) -> Iterator[str]:
    sockets = listen(0, both=False)
    port = sockets[0].getsockname()[1]
    with served(app, sockets):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def wrong() -> Iterator[str]:
    yield from address(wrong_service())


@pytest.fixture
def refusing() -> Iterator[str]:
    yield from address(refusing_wrongly())


def outcomes(url: str, origin: str | None = "https://browser.example") -> dict[str, Outcome]:
    with HttpCdsClient(url, KEY, "https://client.example", origin) as client:
        return {verdict.rule.name: verdict.outcome for verdict in examine(Subject(client, TODAY))}


def test_our_own_service_keeps_every_rule():
    result = check("--demo", "--port", free_pair())

    assert result.exit_code == 0, result.output
    assert f"{len(find_rules())} pass, 0 fail, 0 skipped" in result.output


def test_where_nobody_answers_that_is_told_once():
    result = check("http://127.0.0.1:1")

    assert result.exit_code == 1
    assert result.output.startswith("Error: no answer from http://127.0.0.1:1/cds-services: ")
    assert "fail" not in result.output


def test_every_rule_can_fail(wrong: str, refusing: str):
    broken = {
        name for url in (wrong, refusing) for name, seen in outcomes(url).items() if seen is Outcome.FAIL
    }

    assert {rule.name for rule in find_rules()} - broken == set()


def test_a_service_that_is_not_there_breaks_the_rules_that_asked():
    found = outcomes("http://127.0.0.1:9", None)

    assert found["discovery_answers_a_list_of_services"] is Outcome.FAIL
    assert Outcome.PASS not in found.values()


def test_without_a_key_what_needs_one_is_skipped_and_says_so(wrong: str):
    result = check(wrong)

    assert result.exit_code == 1
    assert "give --key and --iss" in result.output
    assert "fail     discovery answers a list of services  [CDS Hooks 2.0, Discovery]" in result.output
    assert "mend: answer GET /cds-services with 200" in result.output


def test_a_key_from_a_file_signs(wrong: str, tmp_path: Path):
    file = tmp_path / "key.json"
    file.write_bytes(orjson.dumps(KEY.as_dict(private=True)))

    result = check(f"{wrong}/cds-services", "--key", file, "--iss", "https://client.example")

    assert "needs a signed call" not in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give the URL of a service, or --demo"),
        (["http://127.0.0.1:9", "--demo"], "give the URL of a service, or --demo"),
        (["http://127.0.0.1:9", "--iss", "x"], "--key and --iss belong together"),
    ],
)
def test_what_does_not_go_together_is_a_mistake_in_typing(arguments: list[str], says: str):
    result = check(*arguments)

    assert result.exit_code == 2
    assert says in result.output


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"no", "is no JSON Web Key"),
        (b"{}", "is no JSON Web Key"),
        (orjson.dumps(KEY.as_dict(private=False)), "cannot sign"),
        (b'{"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}', "cannot sign"),
    ],
)
def test_a_key_that_cannot_sign_is_told(raw: bytes, says: str):
    with pytest.raises(BadKey, match=says):
        read_key(raw, "key.json")


def test_an_rsa_key_signs_too(wrong: str):
    with HttpCdsClient(wrong, RSAKey.generate_key(2048), "x") as client:
        assert client.token("/x", header={}, forged="").count(".") == 2
        assert client.token("/x", header={}, forged="another key").count(".") == 2


def test_every_rule_names_its_clause_and_its_mend():
    assert [rule.name for rule in find_rules() if not (rule.clause and rule.mend and rule.says)] == []
