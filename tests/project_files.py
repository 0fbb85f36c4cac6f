"""The project's own text files, as a fresh clone has them: what tests of house and documents read."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
"""The owner's decks, panel and vocabulary; tests that need it skip, saying so, where it is absent."""
PACKAGES = ("smart_app", "cds_service", "measures")
IMAGES = frozenset({".png", ".webp", ".ico", ".gz", ".woff2"})


@cache
def files() -> tuple[Path, ...]:
    """Every file git has or would add, relative to the project's folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    else:  # an unpacked archive, without git
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    return tuple(sorted(name for name in names if _is_ours(name)))


def python_files(*tops: str) -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and (not tops or path.parts[0] in tops)]


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _is_ours(path: Path) -> bool:
    hidden = any(part.startswith(".") and part != ".ci" for part in path.parts[:-1])
    return not hidden and "__pycache__" not in path.parts and (ROOT / path).is_file()
