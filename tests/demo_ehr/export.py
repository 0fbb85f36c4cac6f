"""A small export written by a test: a patient, an observation, files of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Test", "given": ["Una"]}],
    "birthDate": "1980-05-01",
}


def seen(id: str, day: str = "2026-11-20", patient: str = "p1", **more: Any) -> dict[str, Any]:
    """An observation of a patient on a day."""
    about = {"subject": {"reference": f"Patient/{patient}"}, "effectiveDateTime": day}
    return {"resourceType": "Observation", "id": id, **about, **more}


def write(path: Path, *lines: dict[str, Any] | str) -> None:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
