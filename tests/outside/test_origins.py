"""Addresses: one spelling each, compared exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.outside.origins import BadAddress, checked_address, checked_origin, is_loopback, origin


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://ehr.example.org/fhir", "https://ehr.example.org"),
        ("HTTPS://EHR.Example.org/Fhir", "https://ehr.example.org"),
        ("https://ehr.example.org:443/", "https://ehr.example.org"),
        ("https://ehr.example.org:8443/", "https://ehr.example.org:8443"),
        ("http://ehr.example.org:443/", "http://ehr.example.org:443"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:8001/fhir?x=1#y", "http://127.0.0.1:8001"),
        ("http://[0:0::1]:8001/", "http://[::1]:8001"),
        ("https://ehr_1.example.org", "https://ehr_1.example.org"),
    ],
)
def test_an_origin_has_one_spelling(address, expected):
    assert origin(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://user@ehr.example.org/",
        "https://ehr.example.org@evil.example/",
        "https://ehr.example.org%40evil.example/",
        "https://ehr.example.org./",
        "https://ehr..example.org/",
        "https://.example.org/",
        "https://-ehr.example.org/",
        "https://ehr.example.org:0/",
        "https://ehr.example.org:/",
        "https://ehr.example.org:65536/",
        "https://ehr.example.org:8x/",
        "https://ehr.example.org\\@evil.example/",
        "https://ehr.example.org\t/",
        " https://ehr.example.org",
        "https://ehr.example.org/a b",
        "https://ehr.example.org/\n",
        "https://ehr\u3002example.org/",
        "https://\u0435hr.example.org/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.1.:80/",
        "http://[::1/",
        "http://[::1%25eth0]/",
        "http://[::ffff:127.0.0.1x]/",
        "http:///fhir",
        "//ehr.example.org/",
        "ehr.example.org",
        "ftp://ehr.example.org/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "",
        "https://" + "a" * 3000,
    ],
)
def test_another_spelling_is_refused_not_understood(address):
    with pytest.raises(BadAddress):
        origin(address)


@given(st.text())
def test_any_text_is_an_origin_or_a_bad_address(text):
    try:
        found = origin(text)
    except BadAddress:
        return
    assert origin(found) == found


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_has_three_names(host):
    assert is_loopback(f"http://{host}:8000")
    assert checked_address(f"http://{host}:8000/fhir/") == f"http://{host}:8000/fhir"


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "localhost.example.org", "[::2]", "[::ffff:127.0.0.1]", "10.0.0.1"]
)
def test_plain_http_is_for_this_machine_only(host):
    assert checked_address(f"https://{host}/fhir")
    with pytest.raises(BadAddress, match="use https"):
        checked_address(f"http://{host}/fhir")


@pytest.mark.parametrize("rest", ["?a=b", "#c", "/fhir?", "/fhir#", "/fhir?a"])
def test_an_address_to_be_registered_has_no_query_and_no_fragment(rest):
    with pytest.raises(BadAddress, match="without it"):
        checked_address("https://ehr.example.org" + rest)


def test_a_bare_origin_has_no_path():
    assert checked_origin("https://ehr.example.org/") == "https://ehr.example.org"
    with pytest.raises(BadAddress, match=r"write https://ehr\.example\.org$"):
        checked_origin("https://ehr.example.org/fhir")


def test_a_password_in_an_address_is_not_repeated():
    with pytest.raises(BadAddress) as raised:
        checked_address("https://user:hush@ehr.example.org/")

    assert "hush" not in str(raised.value)
