"""The material next to the project that cannot be part of it (licensed expansions, the benchmark's
request).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "THROUGHLINE_SHARED"
BESIDE_THE_PROJECT = Path(__file__).resolve().parent.parent.parent / "shared"


def path(name: str) -> Path:
    """A file or folder of the shared folder; ends the program with one clear line where it is missing."""
    folder = Path(os.environ.get(VARIABLE) or BESIDE_THE_PROJECT)
    found = folder / name
    if not found.exists():
        sys.exit(
            f"bench: there is no {name} in {folder}; the benchmark needs the project's shared folder: "
            f"put it beside the checkout as ../shared, or name it with {VARIABLE}=FOLDER"
        )
    return found


def read(name: str) -> bytes:
    return path(name).read_bytes()
