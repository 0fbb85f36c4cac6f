"""A host EHR file is read whole or refused with everything that is wrong with it, by line."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import orjson
import pytest
import time_machine
from joserfc.jwk import ECKey

from cds_service.outside.host_ehr import read_host_ehr
from cds_service.outside.yaml_file import FileProblems

# Each file ends with what is to be said of it: `# says LINE: the beginning of the message`.
MISTAKES = sorted((Path(__file__).parent.parent / "mistakes" / "host_ehr").glob("*.yaml"))

FROM_THE_DESIGN = """\
name: riverside                       # the key everything is stored under
fhir_base: https://ehr.example.org/fhir
profile: generic                      # epic | athena | oracle | generic
smart: {client_id: throughline, auth: private_key_jwt, scopes: [launch, openid, fhirUser, patient/*.rs]}
cds_clients:                          # jku, or jwks_file: keys.json; origins: browsers allowed by CORS
  - {iss: https://ehr.example.org, jku: https://ehr.example.org/jwks.json, origins: [https://ehr.example.org]}
frame_ancestors: [https://ehr.example.org]
"""


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "riverside.yaml"


def test_a_complete_file_is_read(file):
    file.write_text(FROM_THE_DESIGN)

    ehr = read_host_ehr(file)

    assert ehr.name == "riverside"
    assert ehr.origin == "https://ehr.example.org"
    assert ehr.smart is not None
    assert ehr.smart.scopes == ("launch", "openid", "fhirUser", "patient/*.rs")
    assert ehr.cds_clients[0].jku == "https://ehr.example.org/jwks.json"
    assert ehr.frame_ancestors == ("https://ehr.example.org",)


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_every_mistake_is_told_at_once_with_its_line(path):
    expected = re.findall(r"^# says (.*)$", path.read_text(), re.MULTILINE)

    with pytest.raises(FileProblems) as raised:
        read_host_ehr(path)

    problems = raised.value.problems
    assert len(problems) == len(expected) > 0, raised.value
    for problem, beginning in zip(problems, expected, strict=True):
        assert problem.startswith(f"{path}:{beginning.strip()}")
    assert "hush" not in str(raised.value)


def test_the_least_there_can_be_is_a_name_and_a_base(file):
    file.write_text("name: riverside\nfhir_base: http://localhost:8001/fhir/\n")

    ehr = read_host_ehr(file)

    assert (ehr.profile, ehr.smart, ehr.cds_clients) == ("generic", None, ())
    assert ehr.fhir_base == "http://localhost:8001/fhir"


def test_scopes_may_be_one_text(file):
    file.write_text(
        FROM_THE_DESIGN.replace("[launch, openid, fhirUser, patient/*.rs]", "launch openid  patient/*.rs")
    )

    smart = read_host_ehr(file).smart

    assert smart is not None
    assert smart.scopes == ("launch", "openid", "patient/*.rs")


def test_a_key_file_is_looked_for_beside_the_yaml_file_and_taken_over(file, tmp_path, monkeypatch):
    keys = {"keys": [ECKey.generate_key("P-384", {"kid": "k1"}).as_dict(private=False)]}
    (tmp_path / "keys.json").write_bytes(orjson.dumps(keys))
    file.write_text(FROM_THE_DESIGN.replace("jku: https://ehr.example.org/jwks.json", "jwks_file: keys.json"))
    monkeypatch.chdir("/")

    assert read_host_ehr(file).cds_clients[0].jwks == keys


def test_a_private_key_in_a_key_file_is_refused(file, tmp_path):
    keys = {"keys": [ECKey.generate_key("P-384", {"kid": "k1"}).as_dict(private=True)]}
    (tmp_path / "keys.json").write_bytes(orjson.dumps(keys))
    file.write_text(FROM_THE_DESIGN.replace("jku: https://ehr.example.org/jwks.json", "jwks_file: keys.json"))

    with pytest.raises(FileProblems, match="'k1' is a private key"):
        read_host_ehr(file)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name: \xff\n", "is not UTF-8"),
        (b"# " + b"x" * 300_000, "larger than 256 KB"),
        (b"[" * 30, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b"a: [" + b"1," * 30_000 + b"]", "too long"),
        (b"name: \x00", "not valid YAML"),
        (b"", "begins with `name"),
        (b"2026-02-30: x", "not valid YAML"),
    ],
    ids=["not UTF-8", "big", "deep", "very deep", "long", "NUL", "empty", "impossible date"],
)
def test_a_file_made_to_do_harm_is_refused(file, content, says):
    file.write_bytes(content)

    with pytest.raises(FileProblems, match=says):
        read_host_ehr(file)


def test_a_file_that_is_not_there_is_named(file):
    with pytest.raises(FileProblems, match=f"{file}: cannot be read: No such file"):
        read_host_ehr(file)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("America/Denvr", "there is no time zone 'America/Denvr'; did you mean 'America/Denver'?"),
        ("MST7MDT/../..", "there is no time zone 'MST7MDT/../..'"),
        ("nowhere at all", "write it as in 'America/Denver'"),
    ],
)
def test_a_time_zone_that_is_none_is_told_with_what_is_near(file, written, says):
    file.write_text(f"name: riverside\nfhir_base: https://ehr.example.org/fhir\ntime_zone: {written}\n")

    with pytest.raises(FileProblems) as raised:
        read_host_ehr(file)

    [problem] = raised.value.problems
    assert problem.startswith(f"{file}:3: time_zone: ")
    assert says in problem


def test_the_day_of_a_host_ehr_is_that_of_its_time_zone(file):
    file.write_text("name: riverside\nfhir_base: https://ehr.example.org/fhir\ntime_zone: America/Denver\n")
    in_denver = read_host_ehr(file)

    with time_machine.travel(datetime.fromisoformat("2027-01-01T06:59:00+00:00"), tick=False):
        assert in_denver.today() == date(2026, 12, 31)
    with time_machine.travel(datetime.fromisoformat("2027-01-01T07:00:00+00:00"), tick=False):
        assert in_denver.today() == date(2027, 1, 1)
