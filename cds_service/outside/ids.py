"""What may be kept in the audit and in the logs: identifiers, never names, notes, tokens or resources."""

import hashlib
import re

# References ("Observation/o1"), URLs without query, UUIDs, rule ids, codes ("LOINC|4548-4"); no spaces.
_ID = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9._~:/|@+,\-]{0,255}")


def is_id(value: str) -> bool:
    """True for a text that has the shape of an identifier; a JSON Web Token (`eyJ...`) is not one."""
    return _ID.fullmatch(value) is not None and not value.startswith("eyJ")


def id_only(value: str) -> str:
    """The value when it is an identifier; else a mark by which equal values can still be told to be equal."""
    return value if is_id(value) else mark(value)


def mark(value: str) -> str:
    """In the place of words, such as a medicine's name, that must not be kept: equal words, equal marks."""
    return "not-an-id:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
