"""Our own value sets: there with any vocabulary, well-formed, never in place of a loaded one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from measures.catalog import find_measures
from measures.needs import value_sets_of
from measures.orders.catalog import find_order_checks
from measures.terminology import RXNORM
from measures.vocabulary import OWN, read_vocabulary, starter_vocabulary
from tests.measures.test_starter_vocabulary import loinc_check_digit_holds, snomed_check_digit_holds

ANTIPSYCHOTICS = "throughline:antipsychotics"
OLANZAPINE = (RXNORM, "61381")
OPIOIDS = {"T40.0", "T40.1", "T40.2", "T40.3", "T40.4", "T40.6"}


def entries() -> list[dict[str, Any]]:
    return [entry for path in sorted(OWN.glob("*.yaml")) for entry in yaml.safe_load(path.read_text("utf-8"))]


def value_set(url: str, *codes: str) -> bytes:
    contains = [{"system": RXNORM, "code": code} for code in codes]
    return orjson.dumps({"resourceType": "ValueSet", "url": url, "expansion": {"contains": contains}})


def test_they_are_there_with_the_starter_vocabulary():
    assert OLANZAPINE in starter_vocabulary().codes_in[ANTIPSYCHOTICS]


def test_they_are_there_with_the_official_value_sets_and_part_of_their_hash(tmp_path: Path):
    (tmp_path / "one.json").write_bytes(value_set("http://cts.nlm.nih.gov/fhir/ValueSet/1.2.3", "1"))
    vocabulary = read_vocabulary(tmp_path)

    assert OLANZAPINE in vocabulary.codes_in[ANTIPSYCHOTICS]
    assert vocabulary.titles[ANTIPSYCHOTICS] == "Antipsychotic medicines"
    assert vocabulary.label.startswith("1 value sets")
    assert vocabulary.for_reporting
    (tmp_path / "two.json").write_bytes(value_set(ANTIPSYCHOTICS, "1"))
    assert read_vocabulary(tmp_path).content_hash != vocabulary.content_hash


def test_a_loaded_set_of_the_same_name_stands(tmp_path: Path):
    (tmp_path / "mine.json").write_bytes(value_set(ANTIPSYCHOTICS, "1", "2"))

    assert read_vocabulary(tmp_path).codes_in[ANTIPSYCHOTICS] == {(RXNORM, "1"), (RXNORM, "2")}


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["oid"])
def test_each_is_named_ours_and_holds_well_formed_codes_without_cpt(entry: dict[str, Any]):
    assert entry["oid"].startswith("throughline:")
    assert entry["title"]
    for code in entry["codes"]:
        assert isinstance(code["code"], str), code
        assert code["display"], code
        assert code["system"] in {"RXNORM", "INGREDIENT", "LOINC", "SNOMED", "ICD10CM", "HCPCS"}, code
        assert code["system"] != "SNOMED" or snomed_check_digit_holds(code["code"]), code
        assert code["system"] != "LOINC" or loinc_check_digit_holds(code["code"]), code


def test_every_one_of_them_is_used_and_every_one_used_is_there():
    asked = {v for m in find_measures().measures.values() for v in value_sets_of(m)}
    asked |= {v for check in find_order_checks().values() for v in check.value_sets}
    used = {v.oid for v in asked if v.is_ours}

    assert used == {entry["oid"] for entry in entries()}


def codes_of(oid: str) -> set[str]:
    return {code["code"] for entry in entries() if entry["oid"] == oid for code in entry["codes"]}


def test_an_overdose_is_one_whether_by_accident_or_of_unknown_intent_and_needs_naloxone_whatever_the_intent():
    """The sixth sign of ICD-10-CM T36 to T50: 1 accident, 2 self-harm, 3 assault, 4 undetermined."""
    of_any_drug, of_opioids = codes_of("throughline:drug-overdose"), codes_of("throughline:opioid-overdose")
    substances = {code[:6] for code in of_any_drug}

    assert of_any_drug == {f"{substance}{intent}A" for substance in substances for intent in "14"}
    assert of_opioids == {
        f"{substance}{intent}A" for substance in substances if substance[:5] in OPIOIDS for intent in "1234"
    }


@pytest.mark.parametrize(
    ("oid", "by_severity"),
    [
        ("throughline:mental-illness", ("F31.1", "F31.3", "F31.6", "F30.1", "F33", "F43.1", "F90")),
        ("throughline:alcohol-use-disorder", ("F10.13", "F10.23", "F10.15", "F10.25")),
        ("throughline:opioid-use-disorder", ("F11.12", "F11.22", "F11.15", "F11.25")),
    ],
)
def test_no_severity_of_an_illness_stands_alone(oid, by_severity):
    held = codes_of(oid)

    assert [stem for stem in by_severity if sum(code.startswith(stem) for code in held) < 3] == []


def test_remission_is_no_disorder_that_is_treated_but_may_be_the_reason_for_a_stay():
    treated = codes_of("throughline:alcohol-use-disorder") | codes_of("throughline:opioid-use-disorder")

    assert treated & {"F10.11", "F10.21", "F11.11", "F11.21"} == set()
    assert {"F31.76", "F33.42"} <= codes_of("throughline:mental-illness")
