"""Which panels are small enough to be gone through while somebody waits for a page."""

from __future__ import annotations

from pathlib import Path

from measures.batch.reading import files_of

MOST_BYTES = 64 * 2**20
"""Of its files; a larger panel is tried on with the command line."""


def too_large_to_wait(panel: Path) -> bool:
    """Whether a page leaves a folder of Bulk FHIR to the command line."""
    return sum(path.stat().st_size for path in files_of(panel)) > MOST_BYTES
