"""Reading a Bulk FHIR folder line by line, and telling whose each line is without parsing all of it.

msgspec decodes the few elements that name the type and the patient and only skips over the rest, which takes
a fraction of parsing the line.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

import msgspec

from measures.terminology import CodeKey

NAMES = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
SHARED_KINDS = frozenset({"Medication", "Location"})
"""What belongs to no patient, and is looked up by whoever refers to it."""

BOM = b"\xef\xbb\xbf"


class Place(NamedTuple):
    """Where a line stands: the number of its file in `files_of`, its line from 1, its first byte from 0.

    In a gzip file bytes are counted in what it unpacks to.
    """

    file: int
    line: int
    offset: int


class Problem(NamedTuple):
    """Something that could not be read, where (line 0: the file as a whole), and what became of it. With
    `damaged` all that follows in the file is missing too.
    """

    place: Place
    what: str
    damaged: bool = False


class Line(NamedTuple):
    """One resource as read. `owner` is the id of the patient it speaks of; empty for a shared kind."""

    owner: str
    place: Place
    kind: str
    text: bytes


@dataclass(frozen=True)
class Wanted:
    """What is worth reading: these resource types and, of observations (most of any export), these codes."""

    kinds: frozenset[str]
    observed: frozenset[CodeKey] | None = None  # None: all

    def and_also(self, other: Wanted) -> Wanted:
        """What either asks for."""
        ours, theirs = self.observed, other.observed
        return Wanted(self.kinds | other.kinds, None if ours is None or theirs is None else ours | theirs)


class _Reference(msgspec.Struct, gc=False):
    reference: str | None = None


class _Coding(msgspec.Struct, gc=False):
    system: str | None = None
    code: str | None = None


class _Participant(msgspec.Struct, gc=False):
    actor: _Reference | None = None


class _Concept(msgspec.Struct, gc=False):
    coding: list[_Coding] = []


class _Envelope(msgspec.Struct, gc=False, rename={"whose": "for", "kind": "resourceType"}):
    kind: str
    id: str | None = None
    code: _Concept | str | None = None
    subject: _Reference | None = None
    patient: _Reference | None = None
    beneficiary: _Reference | None = None
    whose: _Reference | None = None
    participant: msgspec.Raw = msgspec.Raw(b"[]")  # of an Appointment, which has no subject

    def owner(self) -> str:
        """The id of the patient it is about, or is; empty when it names none."""
        if self.kind == "Patient":
            return self.id or ""
        who = self.subject or self.patient or self.beneficiary or self.whose
        reference = who.reference if who else self._participating()
        return reference.rpartition("/")[2].removeprefix("urn:uuid:") if reference else ""

    def _participating(self) -> str | None:
        """The one patient among an Appointment's participants; the participants of others are its staff. None
        too where they cannot be read.
        """
        if self.kind != "Appointment":
            return None
        try:
            participants = _participants(self.participant)
        except msgspec.DecodeError:
            return None
        actors = [one.actor.reference for one in participants if one.actor]
        patients = [reference for reference in actors if reference and "Patient/" in reference]
        return patients[0] if len(patients) == 1 else None

    def has_code_of(self, codes: frozenset[CodeKey]) -> bool:
        if not isinstance(self.code, _Concept):
            return True  # broken: whoever reads it will say so
        return any((coding.system, coding.code) in codes for coding in self.code.coding)


_participants = msgspec.json.Decoder(list[_Participant]).decode
_envelope = msgspec.json.Decoder(_Envelope).decode


def files_of(folder: Path) -> list[Path]:
    """The NDJSON files of a folder and its subfolders, in the order of their names.

    Raises FileNotFoundError when there is no such folder or it holds none.
    """
    files = sorted(path for path in folder.rglob("*") if path.name.endswith(NAMES) and path.is_file())
    if not files:
        raise FileNotFoundError(
            f"{folder}: holds no Bulk FHIR; give a folder with files such as Condition.ndjson or .ndjson.gz"
        )
    return files


def told(problem: Problem, files: Sequence[Path]) -> str:
    """Such as "Encounter.ndjson:3: Encounter/e1: its date cannot be read"."""
    return f"{files[problem.place.file].name}:{problem.place.line}: {problem.what}"


def read_lines(path: Path, number: int, wanted: Wanted) -> Iterator[Line | Problem]:
    """Each resource of one file that is wanted, and each line that cannot be read.

    A broken line costs only itself; of a damaged gzip, what stood before the damage is kept.
    """
    place = Place(number, 0, 0)
    try:
        with _opened(path) as stream:
            offset = 0
            for count, raw in enumerate(stream, start=1):
                place = Place(number, count, offset)
                offset += len(raw)
                text = raw.strip().removeprefix(BOM)
                if text:
                    found = _read(text, place, wanted)
                    if found is not None:
                        yield found
    except (EOFError, gzip.BadGzipFile, zlib.error) as damage:
        what = f"the gzip is cut or damaged after this line ({damage}); the rest is missing"
        yield Problem(place, what, damaged=True)
    except OSError as fault:
        yield Problem(place, f"cannot be read ({fault.strerror}); what follows is missing", damaged=True)


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _read(text: bytes, place: Place, wanted: Wanted) -> Line | Problem | None:
    try:
        envelope = _envelope(text)
        owner = envelope.owner()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Problem(place, f"is not a FHIR resource in JSON ({error}); it is left out")
    kind = envelope.kind
    if kind in SHARED_KINDS:
        return Line("", place, kind, text)
    if kind != "Patient" and kind not in wanted.kinds:
        return None
    if kind == "Observation" and wanted.observed is not None and not envelope.has_code_of(wanted.observed):
        return None
    if not owner or "\t" in owner:
        missing = "no id" if kind == "Patient" else "no patient"
        return Problem(place, f"{kind}/{envelope.id or '?'} names {missing}; it is left out")
    return Line(owner, place, kind, text)
