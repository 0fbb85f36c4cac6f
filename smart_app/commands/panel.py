"""`throughline panel`: what other sources than the host EHR say of its patients: claims, other documents."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import click

from cds_service.outside.database import Database
from cds_service.outside.ids import is_id
from cds_service.outside.other_sources import LoadedSource, OtherSources
from cds_service.outside.registry import HostEhrs
from cds_service.outside.settings import load_settings
from cds_service.outside.vault import open_vault
from measures.claims import CLAIM_KINDS, facts_of_claim
from measures.export import Problems, Read, read_export
from measures.sources import LOADABLE, Resource, adopted
from smart_app.foreseen import AllAtOnce

_LABEL = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,39}")
_COLUMNS = ("source_id", "patient_id")


class BadIds(Exception):
    """A mapping file that cannot be used."""


@click.group()
def command() -> None:
    """What other sources say of a host EHR's patients: load it, list it, forget it."""


@command.command()
@click.option("--ehr", "host_ehr", required=True, help="The host EHR whose patients it is about.")
@click.option(
    "--source", required=True, metavar="LABEL", help='What pages call the source, such as "claims".'
)
@click.option(
    "--ids",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with the columns source_id and patient_id, where the source has patient ids of its own.",
)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def load(host_ehr: str, source: str, ids: Path | None, path: Path) -> None:
    """Load PATH: Bulk FHIR NDJSON (plain or .gz) or Bundles, a folder or one file, FHIR R4.

    It replaces what was loaded under the same label. ExplanationOfBenefit and Claim become the encounters,
    diagnoses, procedures and fills they prove; other resources of a patient are taken as they are. A broken
    line is named and left out.
    """
    wrong, mapping = AllAtOnce(), None
    with wrong.tried():
        if not _LABEL.fullmatch(source):
            raise click.UsageError(
                f"--source {source!r}: use up to 40 small letters, digits, spaces and . _ -"
            )
    with wrong.tried():
        mapping = None if ids is None else _read_ids(ids)
    with ExitStack() as opened:
        with wrong.tried():
            sources = opened.enter_context(_sources_of(host_ehr))
        wrong.tell()
        reading = _Reading(source, mapping)
        loaded = sources.replace(host_ehr, source, reading.facts(path))
        click.echo(f"{source}: {_counted(loaded)} of {host_ehr}")
    for line in reading.says():
        click.echo(line)


@command.command(name="list")
@click.option("--ehr", "host_ehr", required=True, help="The host EHR.")
def list_them(host_ehr: str) -> None:
    """Show what is loaded for a host EHR."""
    with _sources_of(host_ehr) as sources:
        loaded = sources.loaded(host_ehr)
    if not loaded:
        click.echo(
            f"Nothing is loaded. Load it: throughline panel load --ehr {host_ehr} --source claims PATH"
        )
    for one in loaded:
        click.echo(f"{one.source}  {_counted(one)}, loaded {one.loaded_at:%Y-%m-%d %H:%M} UTC")


@command.command()
@click.option("--ehr", "host_ehr", required=True, help="The host EHR.")
@click.option("--source", required=True, metavar="LABEL", help="The source to delete.")
def forget(host_ehr: str, source: str) -> None:
    """Delete everything that was loaded under a label."""
    with _sources_of(host_ehr) as sources:
        if not sources.forget(host_ehr, source):
            raise click.UsageError(f"{host_ehr} has no source {source!r}; see throughline panel list")
    click.echo(f"{source}: forgotten at {host_ehr}")


class _Reading:
    """Reads an export into facts about the EHR's patients, and remembers what could not be used."""

    def __init__(self, source: str, ids: Mapping[str, str] | None) -> None:
        self._source = source
        self._ids = ids
        self._problems = Problems()
        self._unused: Counter[str] = Counter()
        self._strangers: set[str] = set()

    def facts(self, path: Path) -> Iterator[tuple[str, Resource]]:
        """Each fact with the id of the EHR's patient it is about."""
        seen: set[str] = set()
        for read in read_export(path, self._problems):
            kind = read.resource["resourceType"]
            name = f"{kind}/{read.resource['id']}"
            if kind not in LOADABLE | CLAIM_KINDS:
                self._unused[kind] += 1
            elif name in seen:
                self._leave_out(read, f"{name} was already read; the first one is kept")
            elif patient_id := self._patient(read):
                seen.add(name)
                yield from ((patient_id, fact) for fact in self._proven(read, patient_id))

    def says(self) -> Iterator[str]:
        """What was left out, in lines."""
        if self._unused:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self._unused.items()))
            yield f"Not used: {kinds}"
        if self._strangers:
            count = len(self._strangers)
            who = "patient who is" if count == 1 else "patients who are"
            yield f"Left out: {count:,} {who} not in the mapping file"
        yield from self._problems

    def _patient(self, read: Read) -> str:
        """The EHR's id of who the resource is about; empty when it names nobody we know."""
        holder = read.resource.get("subject") or read.resource.get("patient")
        reference = holder.get("reference") if isinstance(holder, dict) else None
        told = reference.rpartition("/")[2].removeprefix("urn:uuid:") if isinstance(reference, str) else ""
        if not told:
            self._leave_out(read, f"{read.resource['resourceType']}/{read.resource['id']} names no patient")
            return ""
        if self._ids is None:
            return told
        if told not in self._ids:
            self._strangers.add(told)
        return self._ids.get(told, "")

    def _proven(self, read: Read, patient_id: str) -> list[Resource]:
        resource = read.resource
        try:
            facts = facts_of_claim(resource) if resource["resourceType"] in CLAIM_KINDS else [resource]
            return [adopted(fact, self._source, patient_id) for fact in facts]
        except (TypeError, AttributeError, ValueError, KeyError) as error:
            self._leave_out(read, f"{resource['resourceType']}/{resource['id']} is malformed ({error})")
            return []

    def _leave_out(self, read: Read, why: str) -> None:
        self._problems.add(read.file, read.place, f"{why}; it is left out")


def _counted(loaded: LoadedSource) -> str:
    patients = "patient" if loaded.patients == 1 else "patients"
    return f"{loaded.resources:,} facts of {loaded.patients:,} {patients}"


def _read_ids(file: Path) -> dict[str, str]:
    """The EHR's patient id for each id of the source. Raises BadIds with every line that is wrong."""
    with file.open(newline="", encoding="utf-8-sig") as stream:
        rows = csv.DictReader(stream)
        if missing := [name for name in _COLUMNS if name not in (rows.fieldnames or ())]:
            raise BadIds(f"{file}:1: no column {' and '.join(missing)}; the first line names the columns")
        mapping: dict[str, str] = {}
        wrong = []
        for row in rows:
            theirs, ours = (str(row[name] or "").strip() for name in _COLUMNS)
            if not (theirs and is_id(ours)):
                wrong.append(f"{file}:{rows.line_num}: needs a source_id and a patient_id")
            elif mapping.setdefault(theirs, ours) != ours:
                wrong.append(f"{file}:{rows.line_num}: {theirs!r} already stands for another patient")
    if wrong:
        raise BadIds("\n".join(wrong))
    return mapping


@contextmanager
def _sources_of(host_ehr: str) -> Iterator[OtherSources]:
    """The store, once it is sure that there is such a host EHR."""
    settings = load_settings()
    with closing(Database(settings.database_url)) as database:
        database.migrate()
        vault = open_vault(settings)
        register = HostEhrs(database, vault)
        if register.get(host_ehr) is None:
            names = ", ".join(ehr.name for ehr in register.all()) or "none"
            raise click.UsageError(f"there is no host EHR {host_ehr!r}; registered: {names}")
        yield OtherSources(database, vault)
