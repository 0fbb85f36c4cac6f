"""The customer's value sets: a folder of FHIR ValueSet files, filled from files or from VSAC."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import stamina

from cds_service.outside.settings import Settings
from measures.terminology import ValueSet, Vocabulary
from measures.vocabulary import (
    ValueSetResource,
    VocabularyError,
    codes_of,
    oid_of,
    read_value_sets,
    read_vocabulary,
    starter_vocabulary,
)

_PAGE = 1000  # codes; the most VSAC gives at once


def vocabulary_in_use(settings: Settings) -> Vocabulary:
    """The loaded value sets or, without any, the starter vocabulary. Raises VocabularyError."""
    folder = settings.vocabulary_folder
    return read_vocabulary(folder) if folder.exists() else starter_vocabulary()


def load_value_sets(folder: Path, *paths: Path) -> int:
    """Put the value sets of FHIR files into the folder, one file each; how many.

    Raises VocabularyError, and loads nothing, when any file is broken or the folder is none.
    """
    if folder.is_file():
        raise VocabularyError(f"{folder} is a file; let THROUGHLINE_VOCABULARY name a folder to load into")
    resources = read_value_sets(*paths)
    for resource in resources:
        _store(folder, resource)
    return len(resources)


def _store(folder: Path, resource: ValueSetResource) -> None:
    """Write one file so that a reader, or a power cut, never sees half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(c if c.isalnum() or c in ".-" else "_" for c in oid_of(resource))
    unfinished = folder / f".{name}.unfinished"
    unfinished.write_bytes(orjson.dumps(resource))
    unfinished.replace(folder / f"{name}.json")


class VsacError(RuntimeError):
    """VSAC did not give a value set; the message says which, why, and what to do."""


class Vsac:
    """The FHIR service of the Value Set Authority Center, with the customer's own UMLS key."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            auth=("apikey", key),
            headers={"Accept": "application/fhir+json"},
            timeout=30,
            follow_redirects=False,
        )

    def sync(
        self, folder: Path, wanted: Iterable[ValueSet], *, again: bool = False
    ) -> Iterator[tuple[ValueSet, str]]:
        """Fetch each value set that the folder lacks, or all of them `again`; yields what became of each.

        What was fetched stays when a later one fails, so a second run goes on where the first stopped.
        """
        for value_set in wanted:
            if not again and (folder / f"{value_set.oid}.json").exists():
                yield value_set, "already here"
                continue
            resource = self._expansion(value_set)
            _store(folder, resource)
            yield value_set, f"{len(codes_of(resource))} codes"

    def _expansion(self, value_set: ValueSet) -> dict[str, Any]:
        resource = self._page(value_set, 0)
        contains: list[Any] = list(resource["expansion"].get("contains", ()))
        total = resource["expansion"].get("total", len(contains))
        while len(contains) < total:
            more = self._page(value_set, len(contains))["expansion"].get("contains", ())
            if not more:
                raise VsacError(
                    f"{value_set.oid}: VSAC announced {total} codes and gave {len(contains)}; try again"
                )
            contains += more
        resource["expansion"]["contains"] = contains
        return resource

    @stamina.retry(on=httpx.TransportError, attempts=3, timeout=90)
    def _page(self, value_set: ValueSet, offset: int) -> dict[str, Any]:
        answer = self._client.get(
            f"/ValueSet/{value_set.oid}/$expand", params={"offset": offset, "count": _PAGE}
        )
        if answer.status_code in (401, 403):
            raise VsacError("VSAC refused the key; take it from your UMLS profile into THROUGHLINE_VSAC_KEY")
        if answer.status_code != httpx.codes.OK:
            raise VsacError(
                f"{value_set.oid} {value_set.title}: VSAC answered {answer.status_code}; run sync again later"
            )
        try:
            resource: dict[str, Any] = orjson.loads(answer.content)
            if resource["resourceType"] == "ValueSet" and isinstance(resource["expansion"], dict):
                return resource
        except (orjson.JSONDecodeError, KeyError, TypeError):
            pass
        raise VsacError(
            f"{value_set.oid} {value_set.title}: VSAC answered with something else than an expansion"
        )

    def close(self) -> None:
        self._client.close()
