"""The rules of the folders while a service runs: a file that is changed is read anew, by every worker.

The installation's own folder is looked at for names, times and sizes, and a file is read only when one of
these is another. What is wrong anywhere changes nothing: the last rules without a mistake stay, and the
mistake is told by log and /readyz until it is mended. The built-in rules change only with the code.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import structlog

from cds_service.outside.yaml_file import FileProblems, read_yaml
from cds_service.rule_file import Known
from cds_service.rules import CardRule, files_of, folders, rule_in, rules_by_id

Stamp = tuple[int, int, int]
"""When a file was changed, how long it is, and which file it is."""

_log = structlog.get_logger()


class RuleFolders:
    """One per process, or made before the fork; safe for threads."""

    def __init__(self, own: Path | None, known: Known) -> None:
        """FileProblems, with every problem of every file: no service begins with rules it cannot use."""
        self.known = known
        self._own = own
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[Stamp | None, CardRule | FileProblems]] = {}
        self._stamps = self._found()
        self.problems: tuple[str, ...] = ()
        self.rules: Mapping[str, CardRule] = rules_by_id(folders(own), known, self._rule)

    def look(self) -> bool:
        """Whether there are other rules than before. Costs a look at each file of the own folder."""
        if self._own is None:
            return False
        with self._lock:
            stamps = self._found()
            if stamps == self._stamps:
                return False
            self._stamps = stamps
            return self._read_anew()

    @property
    def refused(self) -> tuple[str, ...]:
        """Where something is wrong, as `name.yaml:line`."""
        return tuple(dict.fromkeys(_place(problem) for problem in self.problems))

    def _read_anew(self) -> bool:
        before = self.rules
        try:
            self.rules = rules_by_id(folders(self._own), self.known, self._rule)
        except FileProblems as wrong:
            self.problems = wrong.problems
            for place in self.refused:
                _log.error("a card rule of the folder cannot be used; those before stay", where=place)
            return False
        self.problems = ()
        _log.info("card rules of the folder read anew", count=len(self.rules))
        return self.rules != before

    def _rule(self, path: Path) -> CardRule:
        """The rule of a file, read once for as long as the file stays as it is."""
        stamp = self._stamps.get(path) if path.parent == self._own else None
        kept = self._read.get(path)
        if kept is None or kept[0] != stamp:
            kept = self._read[path] = stamp, self._rule_now(path)
        if isinstance(kept[1], FileProblems):
            raise kept[1]
        return kept[1]

    def _rule_now(self, path: Path) -> CardRule | FileProblems:
        try:
            return rule_in(read_yaml(path), self.known)
        except FileProblems as wrong:
            return wrong

    def _found(self) -> dict[Path, Stamp | None]:
        """The files of the own folder, before they are read: what is written meanwhile shows next time."""
        return {} if self._own is None else {path: _stamp(path) for path in files_of(self._own)}


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:  # removed meanwhile
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _place(problem: str) -> str:
    """`name.yaml:line` of a problem; the name alone where it has no line."""
    return Path(problem.partition(": ")[0]).name
