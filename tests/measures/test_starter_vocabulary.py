"""The starter vocabulary: well-formed, free of CPT, honest where it goes beyond the official sets."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
import yaml

from measures import terminology
from measures.catalog import find_measures
from measures.vocabulary import STARTER, starter_vocabulary
from tests.project_files import SHARED

OFFICIAL = [SHARED / "vocabulary" / "ecqm-2025.json", SHARED / "vocabulary" / "ecqm-2026.json"]
needs_official_sets = pytest.mark.skipif(not OFFICIAL[0].exists(), reason="needs the value sets in ../shared")

A_HANDFUL = 20
FORMS = {
    "ICD10CM": r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?",
    "ICD10PCS": r"[0-9A-HJ-NP-Z]{7}",
    "LOINC": r"\d{1,7}-\d",
    "RXNORM": r"\d{3,7}",
    "HCPCS": r"[A-Z]\d{4}",
    "SNOMED": r"\d{6,18}",
    "CDC_RACE": r"\d{4}-\d",
    "SOURCE_OF_PAYMENT": r"\d{1,4}",
}
HCPCS_URLS = {  # the official files write one code system in two ways
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "http://www.nlm.nih.gov/research/umls/hcpcs",
}


def entries() -> list[tuple[str, dict[str, Any]]]:
    """(file name, one value set) over all files."""
    files = sorted(STARTER.glob("*.yaml"))
    return [(path.name, entry) for path in files for entry in yaml.safe_load(path.read_text("utf-8"))]


def codes() -> list[tuple[str, dict[str, str]]]:
    """(OID, one code) over all value sets."""
    return [(entry["oid"], code) for _, entry in entries() for code in entry["codes"]]


def official() -> dict[str, set[tuple[str, str]]]:
    """The codes of every official set, of either year."""
    sets: dict[str, set[tuple[str, str]]] = {}
    for path in OFFICIAL:
        for bundled in json.loads(path.read_text("utf-8"))["entry"]:
            value_set = bundled["resource"]
            members = sets.setdefault(value_set["url"].rpartition("/")[2], set())
            members |= {(c["system"], c["code"]) for c in value_set["expansion"].get("contains", ())}
    return sets


def system_urls(name: str) -> set[str]:
    if name == "HCPCS":
        assert terminology.HCPCS in HCPCS_URLS
        return HCPCS_URLS
    return {name if ":" in name else getattr(terminology, name)}


def snomed_check_digit_holds(code: str) -> bool:
    """Verhoeff's check over the whole identifier. (SNOMED CT Release File Specification, 5.5)"""
    turned = list(range(10))
    step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    check = 0
    for digit in reversed(code):
        check = _dihedral(check, turned[int(digit)])
        turned = [step[t] for t in turned]
    return check == 0


def _dihedral(a: int, b: int) -> int:
    """The product of two elements of the dihedral group of order ten."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b - 5) % 5
    return 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5


def loinc_check_digit_holds(code: str) -> bool:
    """The Luhn check of LOINC numbers (LOINC Users' Guide, appendix C); in that of an answer (LA33-6) the
    letters count by their place after "0" in ASCII.
    """
    number, _, check = code.partition("-")
    places = [ord(sign) - ord("0") for sign in reversed(number)]
    doubled = [place * 2 - 9 * (place // 5) if i % 2 == 0 else place for i, place in enumerate(places)]
    return (sum(doubled) + int(check)) % 10 == 0


def test_every_value_set_stands_in_one_place_with_an_oid_and_a_title():
    times = Counter(entry["oid"] for _, entry in entries())
    assert [oid for oid, count in times.items() if count > 1] == []
    for file, entry in entries():
        assert re.fullmatch(r"2\.16(\.\d+)+", entry["oid"]), file
        assert entry["title"], f"{file}: {entry['oid']}"


def test_every_code_is_of_a_known_system_and_well_formed():
    for oid, code in codes():
        name = code["system"]
        where = f"{oid}: {code}"
        assert isinstance(code["code"], str), where
        assert code["display"], where
        assert ":" in name or re.fullmatch(FORMS[name], code["code"]), where
        assert name != "SNOMED" or snomed_check_digit_holds(code["code"]), where
        assert name != "LOINC" or loinc_check_digit_holds(code["code"]), where


@pytest.mark.parametrize("wrong", ["185349004", "185394003", "44054007"])
def test_a_mistyped_snomed_code_is_caught(wrong):
    assert not snomed_check_digit_holds(wrong)


@pytest.mark.parametrize("right", ["73832-8", "4548-4", "LA32-8", "LA33-6", "LA6568-5", "LA32002-0"])
def test_a_loinc_code_is_known_by_its_check_digit(right):
    assert loinc_check_digit_holds(right)


@pytest.mark.parametrize("wrong", ["73832-9", "73823-8", "4548-5", "LA32002-8", "LA19953-3"])
def test_a_mistyped_loinc_code_is_caught(wrong):
    assert not loinc_check_digit_holds(wrong)


def test_there_is_no_cpt():
    for oid, code in codes():
        assert code["system"] != "CPT", oid
        assert "ama-assn" not in code["system"], oid
        assert not re.fullmatch(r"\d{4}[0-9FTU]", code["code"]) or code["system"] in {"RXNORM"}, (
            f"{oid}: {code}"
        )


def test_no_set_is_more_than_a_handful():
    for file, entry in entries():
        assert len(entry["codes"]) <= A_HANDFUL, f"{file}: {entry['oid']}"


def test_it_names_every_value_set_the_measures_need():
    vocabulary = starter_vocabulary()
    source = "".join(path.read_text("utf-8") for path in STARTER.parent.rglob("*.py"))
    needed = set(re.findall(r'ValueSet\(\s*"(2\.16[\d.]+)"', source))
    assert len(needed) > 30
    assert sorted(needed - set(vocabulary.codes_in)) == []
    assert find_measures().measures
    assert not vocabulary.for_reporting


@needs_official_sets
def test_every_oid_is_official():
    assert sorted({entry["oid"] for _, entry in entries()} - set(official())) == []


@needs_official_sets
def test_every_code_is_in_the_official_set_or_says_why_it_stands_here():
    sets = official()
    for oid, code in codes():
        member = any((url, code["code"]) in sets[oid] for url in system_urls(code["system"]))
        assert member != bool(code.get("ours")), (
            f"{oid}: {code}: {'needless' if member else 'missing'} `ours`"
        )


@needs_official_sets
def test_only_sets_that_are_cpt_throughout_stand_empty():
    sets = official()
    for file, entry in entries():
        if not entry["codes"]:
            assert {system for system, _ in sets[entry["oid"]]} == {terminology.CPT}, (
                f"{file}: {entry['oid']}"
            )


def test_no_display_is_cut_off_in_the_middle():
    """A display that ends in such a word, or opens a bracket, lost its end: "severe without"."""
    cut = re.compile(r"(\b(a|an|and|by|for|in|of|or|per|the|to|with|without)|[-,;/(])$")
    found = [f"{oid}: {code}" for oid, code in codes() if cut.search(code["display"])]
    found += [
        f"{oid}: {code}" for oid, code in codes() if code["display"].count("(") != code["display"].count(")")
    ]

    assert found == []


def test_two_codes_of_a_set_are_never_called_the_same():
    for _, entry in entries():
        called = Counter((code["system"], code["display"]) for code in entry["codes"])
        assert [name for name, times in called.items() if times > 1] == [], entry["oid"]
