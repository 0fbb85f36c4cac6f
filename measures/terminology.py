"""Codes, the names of value sets, and the vocabulary that says what each value set contains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
INGREDIENT = "throughline:ingredient"  # a medicine by its plain name, where our sets have no RxNorm code
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD10PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
ICD9CM = "http://hl7.org/fhir/sid/icd-9-cm"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
CVX = "http://hl7.org/fhir/sid/cvx"
CDT = "http://www.ada.org/cdt"
UCUM = "http://unitsofmeasure.org"
SOURCE_OF_PAYMENT = "https://nahdo.org/sopt"
CDC_RACE = "urn:oid:2.16.840.1.113883.6.238"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONDITION_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

# One code system under several addresses: value sets and records of different years do not agree on them.
_SAME_SYSTEM = (
    (
        HCPCS,
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "http://www.nlm.nih.gov/research/umls/hcpcs",
    ),
)
_ADDRESSES = {address: addresses for addresses in _SAME_SYSTEM for address in addresses}

CANONICAL = {
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "urn:oid:2.16.840.1.113883.6.12": CPT,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
}
"""The URL of a code system by its OID, under which host EHRs that convert documents send it."""

CodeKey = tuple[str, str]
"""(system URL, code): a code without its system is not a code."""


class Code(NamedTuple):
    """One code of one code system, with our own words for it."""

    system: str
    value: str
    display: str = ""

    @property
    def key(self) -> CodeKey:
        return self.system, self.value


class ValueSet(NamedTuple):
    """The name of a value set: its OID and title. Its content is the Vocabulary's affair."""

    oid: str
    title: str

    @property
    def is_ours(self) -> bool:
        """Whether it is one of our own, for a concept without an official set: always loaded."""
        return self.oid.startswith("throughline:")


class UnknownValueSet(LookupError):
    """A value set with no loaded expansion. Never answered with "no events": empty must mean empty."""

    def __init__(self, missing: Iterable[ValueSet]) -> None:
        self.missing = tuple(missing)
        listing = "".join(f"\n  {v.oid}  {v.title}" for v in self.missing)
        super().__init__(
            f"No expansion is loaded for:{listing}\n"
            "Load them with `throughline vocabulary load PATH` (FHIR ValueSet JSON, from VSAC)."
        )


class Vocabulary:
    """The loaded value-set expansions, joined once: from each code to the OIDs of the value sets that hold
    it.

    `label` names it on every report, `content_hash` pins its content, and `for_reporting` is False for the
    starter vocabulary, which runs the demo and nothing else.
    """

    def __init__(
        self,
        expansions: Mapping[str, Iterable[CodeKey]],
        *,
        titles: Mapping[str, str] | None = None,
        label: str,
        content_hash: str,
        for_reporting: bool,
    ) -> None:
        self.label = label
        self.content_hash = content_hash
        self.for_reporting = for_reporting
        self.titles: Mapping[str, str] = titles or dict.fromkeys(expansions, "")
        self.codes_in: Mapping[str, frozenset[CodeKey]] = {oid: frozenset(c) for oid, c in expansions.items()}
        joined: dict[CodeKey, dict[str, None]] = {}
        for oid, codes in self.codes_in.items():
            for system, code in codes:
                for address in _ADDRESSES.get(system, (system,)):
                    joined.setdefault((address, code), {})[oid] = None
        self.oids_by_code: Mapping[CodeKey, tuple[str, ...]] = {
            code: tuple(oids) for code, oids in joined.items()
        }

    def holds(self, value_set: ValueSet, code: CodeKey) -> bool:
        """Whether the value set contains the code; raises UnknownValueSet when it is not loaded."""
        try:
            return code in self.codes_in[value_set.oid]
        except KeyError:
            raise UnknownValueSet([value_set]) from None

    def missing(self, value_sets: Iterable[ValueSet]) -> tuple[ValueSet, ...]:
        """Those of the value sets that have no loaded expansion, each once, in the order given."""
        return tuple(v for v in dict.fromkeys(value_sets) if v.oid not in self.codes_in)
