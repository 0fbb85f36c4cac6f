"""Reading a vocabulary: the customer's FHIR ValueSets, or our starter vocabulary; our own value sets with
either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml

from measures import terminology
from measures.terminology import CodeKey, Vocabulary

STARTER = Path(__file__).parent / "starter"
OWN = Path(__file__).parent / "own_value_sets"
STARTER_LABEL = "starter vocabulary: not for reporting"


ValueSetResource = Mapping[str, Any]


class VocabularyError(ValueError):
    """Files that cannot be loaded; the message names each one, and nothing was loaded."""


def read_vocabulary(*paths: Path, label: str | None = None) -> Vocabulary:
    """The vocabulary of FHIR ValueSet files; see `read_value_sets`. Raises VocabularyError.

    With our own value sets, for concepts that have no official one; a file's set of the same name stands.
    """
    resources = read_value_sets(*paths)
    own, own_titles = _listed(OWN)
    loaded = {oid_of(resource): codes_of(resource) for resource in resources}
    expansions: dict[str, Iterable[CodeKey]] = {**own, **loaded}
    digest = content_hash(expansions)
    return Vocabulary(
        expansions,
        titles=own_titles | {oid_of(r): str(r.get("title") or r.get("name") or "") for r in resources},
        label=label or f"{len(loaded)} value sets, {digest[:12]}",
        content_hash=digest,
        for_reporting=True,
    )


def read_value_sets(*paths: Path) -> list[ValueSetResource]:
    """The ValueSets of FHIR files: single resources, Bundles, or folders of both (*.json), each OID once.

    A ValueSet counts with its expansion or, without one, with the codes its compose enumerates. Of one value
    set in several files the last stands. Raises VocabularyError naming every file at fault.
    """
    found: dict[str, ValueSetResource] = {}
    problems: list[str] = []
    for path in _files(paths, problems):
        try:
            for resource in _value_sets(orjson.loads(path.read_bytes())):
                oid = oid_of(resource)
                codes_of(resource)
                found[oid] = resource
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(f"{path}: {_in_words(error)}")
    if problems:
        raise VocabularyError("nothing was loaded:\n  " + "\n  ".join(problems))
    if not found:
        named = ", ".join(map(str, paths))
        raise VocabularyError(f"no ValueSet found in {named}; give FHIR ValueSet JSON or a Bundle of them")
    return list(found.values())


def _in_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"an entry has no {error}"
    if isinstance(error, orjson.JSONDecodeError):
        return f"is no JSON ({error}); save the value sets as FHIR R4 JSON"
    return str(error)


@cache
def starter_vocabulary() -> Vocabulary:
    """A few codes of our own choice for each value set: enough for the demo, not for reporting."""
    expansions, titles = _listed(STARTER, OWN)
    return Vocabulary(
        expansions,
        titles=titles,
        label=STARTER_LABEL,
        content_hash=content_hash(expansions),
        for_reporting=False,
    )


def _listed(*folders: Path) -> tuple[dict[str, list[CodeKey]], dict[str, str]]:
    """The value sets of YAML files, merged by OID: their codes, and their titles."""
    expansions: dict[str, list[CodeKey]] = {}
    titles: dict[str, str] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            codes = expansions.setdefault(entry["oid"], [])
            titles[entry["oid"]] = entry["title"]
            codes += [(_system(code["system"], path), str(code["code"])) for code in entry["codes"]]
    return expansions, titles


@cache
def own_products() -> Mapping[CodeKey, str]:
    """What our own value sets call each code: for RxNorm its ingredient, strength and form."""
    return {
        (_system(code["system"], path), str(code["code"])): str(code["display"])
        for path in sorted(OWN.glob("*.yaml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or ()
        for code in entry["codes"]
    }


def content_hash(expansions: Mapping[str, Iterable[CodeKey]]) -> str:
    """SHA-256 over the OIDs and codes, whatever the order of files and entries."""
    digest = hashlib.sha256()
    for oid in sorted(expansions):
        digest.update(f"{oid}\n".encode())
        for system, code in sorted(set(expansions[oid])):
            digest.update(f"{system}|{code}\n".encode())
    return digest.hexdigest()


def _files(paths: Iterable[Path], problems: list[str]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.json"))
        elif path.is_file():
            yield path
        else:
            problems.append(f"{path}: no such file or folder")


def _value_sets(document: Any) -> Iterator[Mapping[str, Any]]:
    kind = document.get("resourceType") if isinstance(document, dict) else None
    if kind == "ValueSet":
        yield document
    elif kind == "Bundle":
        for entry in document.get("entry", ()):
            if entry["resource"].get("resourceType") == "ValueSet":
                yield entry["resource"]
    else:
        raise ValueError(f"expected a ValueSet or a Bundle of them, found {kind or type(document).__name__}")


def oid_of(resource: ValueSetResource) -> str:
    """The OID at the end of a VSAC canonical, of urn:oid:, or else the url itself."""
    url = resource.get("url") or resource.get("id")
    if not isinstance(url, str):
        raise ValueError("a ValueSet has neither url nor id")
    return url.partition("|")[0].rpartition("/")[2].removeprefix("urn:oid:")


def codes_of(resource: ValueSetResource) -> tuple[CodeKey, ...]:
    """The codes of a ValueSet, each once; ValueError when it neither is expanded nor enumerates them."""
    expansion = resource.get("expansion")
    if expansion is not None:
        return tuple(dict.fromkeys(_contained(expansion.get("contains", ()))))
    includes = resource.get("compose", {}).get("include", ())
    if not includes or any("concept" not in include or "system" not in include for include in includes):
        url = resource.get("url")
        raise ValueError(f"{url}: no expansion, and its compose does not enumerate codes; load it expanded")
    return tuple(
        dict.fromkeys(
            (include["system"], concept["code"]) for include in includes for concept in include["concept"]
        )
    )


def _contained(entries: Iterable[Mapping[str, Any]]) -> Iterator[CodeKey]:
    for entry in entries:
        if "code" in entry and not entry.get("abstract"):
            yield entry["system"], entry["code"]
        yield from _contained(entry.get("contains", ()))


def _system(name: str, path: Path) -> str:
    """A code system by the name of its constant in `terminology`, or its URL."""
    if ":" in name:
        return name
    try:
        system: str = getattr(terminology, name)
    except AttributeError:
        raise VocabularyError(f"{path}: no code system is called {name!r}") from None
    return system
