"""Reading an export: each resource with the place it stands at, and each broken line by name.

Bulk-FHIR NDJSON (.ndjson, .ndjson.gz) is read line by line; .json holds one Bundle or one resource.
"""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import orjson

Resource = dict[str, Any]

LINES = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
WHOLE = (".json", ".json.gz")
NAMED_PER_FILE = 20  # broken lines spelled out before the rest of that file is only counted
BOM = b"\xef\xbb\xbf"


class Read(NamedTuple):
    """One resource, the bytes it was read from, and where they stand."""

    file: str
    place: str
    line: bytes
    resource: Resource


class Problems:
    """What could not be read: the first lines of each file by name, the rest counted."""

    def __init__(self) -> None:
        self._named: list[str] = []
        self._count: Counter[str] = Counter()

    def add(self, file: str, place: str, what: str) -> None:
        self._count[file] += 1
        if self._count[file] <= NAMED_PER_FILE:
            self._named.append(f"{file}:{place}: {what}" if place else f"{file}: {what}")

    def __iter__(self) -> Iterator[str]:
        yield from self._named
        for file, count in self._count.items():
            if count > NAMED_PER_FILE:
                yield f"{file}: {count - NAMED_PER_FILE:,} more lines left out; mend those above first"


def read_export(path: Path, problems: Problems) -> Iterator[Read]:
    """Every resource in a file or folder (and its subfolders), in file-name order.

    Raises FileNotFoundError when there is no such path or no file of a kind that is read.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file or folder of people")
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.name.endswith(LINES + WHOLE))
    if not files:
        raise FileNotFoundError(
            f"{path}: holds no FHIR export; it should have {', '.join(LINES + WHOLE)} files"
        )
    for file in files:
        name = file.name if file == path else file.relative_to(path).as_posix()
        try:
            with _opened(file) as stream:
                yield from (
                    _whole(name, stream, problems) if name.endswith(WHOLE) else _lines(name, stream, problems)
                )
        except (EOFError, gzip.BadGzipFile, zlib.error) as broken:
            problems.add(name, "", f"the gzip is cut or damaged ({broken}); what stood before that is kept")
        except OSError as unreadable:
            problems.add(name, "", f"cannot be read ({unreadable.strerror}); it is left out")


def _opened(file: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file)) if file.suffix == ".gz" else file.open("rb")


def _lines(name: str, stream: IO[bytes], problems: Problems) -> Iterator[Read]:
    for number, line in enumerate(stream, start=1):
        text = line.strip().removeprefix(BOM)
        if text:
            read = _resource(name, str(number), text, problems)
            if read:
                yield read


def _whole(name: str, stream: IO[bytes], problems: Problems) -> Iterator[Read]:
    read = _resource(name, "", stream.read().strip().removeprefix(BOM), problems, id_needed=False)
    if read and read.resource["resourceType"] == "Bundle":
        yield from _bundle(name, read.resource, problems)
    elif read:
        yield read


def _resource(
    name: str, place: str, text: bytes, problems: Problems, *, id_needed: bool = True
) -> Read | None:
    try:
        resource = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        problems.add(name, place, f"is not JSON: {error.msg} (column {error.colno}); it is left out")
        return None
    fault = _fault(resource, id_needed)
    if fault:
        problems.add(name, place, f"{fault}; it is left out")
        return None
    return Read(name, place, text, resource)


def _fault(resource: Any, id_needed: bool) -> str:
    if not isinstance(resource, dict):
        return "is not a JSON object"
    if not isinstance(resource.get("resourceType"), str):
        return "has no resourceType"
    if id_needed and not isinstance(resource.get("id"), str):
        return f"this {resource['resourceType']} has no id"
    return ""


def _bundle(name: str, bundle: Resource, problems: Problems) -> Iterator[Read]:
    """A Bundle's resources; inside it they point at each other by fullUrl, here by "Kind/id"."""
    entries = bundle.get("entry")
    held = [
        (n, e) for n, e in enumerate(entries if isinstance(entries, list) else [], 1) if isinstance(e, dict)
    ]
    names: dict[str, str] = {}
    for _, entry in held:
        resource, url = entry.get("resource"), entry.get("fullUrl")
        if isinstance(resource, dict) and isinstance(url, str):
            resource.setdefault("id", url.rpartition(":")[2].rpartition("/")[2])
            names[url] = f"{resource.get('resourceType')}/{resource['id']}"
    for number, entry in held:
        resource, place = entry.get("resource"), f"entry {number}"
        fault = _fault(resource, id_needed=True)
        if fault or not isinstance(resource, dict):
            problems.add(name, place, f"{fault}; it is left out")
            continue
        _repoint(resource, names)
        try:
            yield Read(name, place, orjson.dumps(resource), resource)
        except orjson.JSONEncodeError as error:
            problems.add(name, place, f"cannot be kept ({error}); it is left out")


def _repoint(resource: Resource, names: dict[str, str]) -> None:
    nodes: list[Any] = [resource]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            target = node.get("reference")
            if isinstance(target, str) and target in names:
                node["reference"] = names[target]
            node = node.values()
        nodes.extend(part for part in node if isinstance(part, dict | list))
