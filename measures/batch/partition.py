"""Sorting the lines of an export by patient, on disk: memory stays bounded however large the export is.

Each line goes to one of many parts by a hash of its patient's id, so that everything of one patient is in one
part; a part is then small enough to hold. How many parts there are depends on the size of the export alone,
never on the number of workers, and so the order of the results is always the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

from measures.batch.reading import Line, Place, Problem, Wanted, read_lines

PART_BYTES = 48 * 2**20
"""What one part holds on average, unpacked."""

GZIP_RATIO = 12
"""How many bytes of NDJSON one gzipped byte commonly unpacks to."""

BUFFER_BYTES = 32 * 2**20
"""What one worker collects before it writes."""

SHARED = "shared"
PROBLEMS_PER_FILE = 1000


def parts_for(files: Sequence[Path]) -> int:
    """How many parts an export of this size is sorted into."""
    size = sum(path.stat().st_size * (GZIP_RATIO if path.suffix == ".gz" else 1) for path in files)
    return max(1, math.ceil(size / PART_BYTES))


def part_of(owner: str, parts: int) -> int:
    return crc32(owner.encode()) % parts


class Parts:
    """The parts on disk, in a folder of their own. Every input file writes its own file in each part, so that
    several workers can sort at once and a part is always read in the order of the export.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.count = count

    def sort(self, path: Path, number: int, wanted: Wanted) -> list[Problem]:
        """Sort one input file into the parts; what could not be read comes back, the first thousand named."""
        problems: list[Problem] = []
        unnamed = 0
        buffers: dict[str, list[bytes]] = {}
        held = 0
        for read in read_lines(path, number, wanted):
            if isinstance(read, Problem):
                if len(problems) < PROBLEMS_PER_FILE:
                    problems.append(read)
                else:
                    unnamed += 1
                continue
            part = str(part_of(read.owner, self.count)) if read.owner else SHARED
            buffers.setdefault(part, []).append(_framed(read))
            held += len(read.text)
            if held > BUFFER_BYTES:
                self._write(buffers, number)
                held = 0
        self._write(buffers, number)
        if unnamed:
            problems.append(Problem(Place(number, 0, 0), f"{unnamed} more lines cannot be read"))
        return problems

    def lines(self, part: int | str) -> Iterator[Line]:
        """The lines of one part, in the order of the export."""
        return (line for _, _, line in self.placed_lines(part))

    def placed_lines(self, part: int | str) -> Iterator[tuple[Path, int, Line]]:
        """The same, each with the file it is in and its position there, for `line_at`."""
        folder = self.folder / str(part)
        for path in sorted(folder.iterdir(), key=lambda file: int(file.name)) if folder.is_dir() else ():
            position = 0
            with path.open("rb") as stream:
                for framed in stream:
                    yield path, position, _unframed(path, framed)
                    position += len(framed)

    @staticmethod
    def line_at(path: Path, position: int) -> Line:
        with path.open("rb") as stream:
            stream.seek(position)
            return _unframed(path, stream.readline())

    def drop(self, part: int) -> None:
        """Give back the disk space of a part that is done."""
        folder = self.folder / str(part)
        if folder.is_dir():
            for path in folder.iterdir():
                path.unlink()

    def _write(self, buffers: dict[str, list[bytes]], number: int) -> None:
        for part, framed in buffers.items():
            folder = self.folder / part
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / str(number)).open("ab") as stream:
                stream.writelines(framed)
        buffers.clear()


def _framed(read: Line) -> bytes:
    place = read.place
    return f"{read.owner}\t{place.line}\t{place.offset}\t{read.kind}\t".encode() + read.text + b"\n"


def _unframed(path: Path, framed: bytes) -> Line:
    owner, line, offset, kind, text = framed.split(b"\t", 4)
    return Line(owner.decode(), Place(int(path.name), int(line), int(offset)), kind.decode(), text)
