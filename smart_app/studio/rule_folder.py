"""The rules of a host EHR as a folder for Git: a file for each text in use, and where each of them stands.

Live texts lie on top, so that the folder can be compared, checked and tried as a folder of rules; those to
come and shadows lie in folders of their own. `states.json` says what stands where and which rules are off. It
also says which files the last export wrote: only those are ever removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cds_service.life_cycle import Standing
from cds_service.outside.rule_store import RuleStore

STATES = "states.json"
_PARTS = ("scheduled", "shadow")


class BadStates(ValueError):
    """The states of a folder cannot be read; the message says where and the mend."""


class Entry(BaseModel):
    """Where one text stands, or that a rule is off."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    rule: str
    state: Literal["live", "scheduled", "shadow", "retired"]
    starts: date | None = Field(default=None, alias="from")
    file: str | None = None

    def __str__(self) -> str:
        day = f" from {self.starts}" if self.starts else ""
        return f"{self.rule} is {self.state}{day}"


class States(BaseModel):
    """What a folder says of a host EHR, the rules by id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host_ehr: str
    rules: tuple[Entry, ...]


@dataclass(frozen=True)
class RuleFolder:
    """`texts` by the name of their file; `waiting` are the rules of which something waits for approval."""

    states: States
    texts: Mapping[str, str]
    waiting: tuple[str, ...]

    @classmethod
    def of(cls, store: RuleStore, host_ehr: str) -> RuleFolder:
        """What was done with the rules of a host EHR, as it stands there today."""
        entries: list[Entry] = []
        texts: dict[str, str] = {}
        standings = sorted(store.standings(host_ehr).items())
        for rule_id, standing in standings:
            for entry, revision in _entries(rule_id, standing, store.day(host_ehr)):
                text = store.text(rule_id, revision) if revision else None
                if entry.file and text is not None:
                    texts[entry.file] = text.text
                entries.append(entry)
        waiting = tuple(rule_id for rule_id, standing in standings if standing.waiting)
        return cls(States(host_ehr=host_ehr, rules=tuple(entries)), texts, waiting)

    def write(self, folder: Path) -> Iterator[str]:
        """Write it, and take out what the last export wrote and is no more; what was done, in lines."""
        before = states_in(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.texts.items():
            file = folder / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        told = self.states.model_dump_json(indent=2, by_alias=True, exclude_none=True)
        (folder / STATES).write_text(f"{told}\n", encoding="utf-8")
        gone = {entry.file for entry in before.rules if entry.file} if before else set()
        for name in sorted(gone - self.texts.keys()):
            (folder / name).unlink(missing_ok=True)
            yield f"{name}: removed; no longer in use at {self.states.host_ehr}"
        for name in sorted(file.name for file in folder.glob("*.y*ml") if file.name not in self.texts):
            if name not in gone:
                yield f"{name}: not of this export; left alone"

    def unlike(self, wanted: States, texts: Mapping[str, str]) -> Iterator[str]:
        """In which rules this host EHR stands otherwise than a folder says, in sentences."""
        here = {entry: self.texts.get(entry.file or "") for entry in self.states.rules}
        there = {entry: texts.get(entry.file or "") for entry in wanted.rules}
        for entry, text in here.items():
            if entry not in there:
                yield f"{entry} at {self.states.host_ehr}, and not in the folder"
            elif there[entry] != text:
                yield f"{entry} at {self.states.host_ehr} with another text than in the folder"
        for entry in there.keys() - here.keys():
            yield f"{entry} in the folder, and not at {self.states.host_ehr}"


def parts_of(path: Path) -> tuple[Path, ...]:
    """Where the texts of such a folder lie; a file, or another folder, is its own only part."""
    return (path, *(part for name in _PARTS if (part := path / name).is_dir()))


def states_in(folder: Path) -> States | None:
    """What a folder says of itself; None where no export wrote it. Raises BadStates."""
    file = folder / STATES
    if not file.exists():
        return None
    try:
        states = States.model_validate_json(file.read_bytes())
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise BadStates(f"{file}: {where}: {first['msg']}; export the folder anew") from None
    for entry in states.rules:
        if entry.file is None and entry.state != "retired":
            raise BadStates(
                f"{file}: {entry.rule} is {entry.state} and names no file; export the folder anew"
            )
        if entry.file and not (folder / entry.file).resolve().is_relative_to(folder.resolve()):
            raise BadStates(f"{file}: {entry.file} is no file of this folder; export the folder anew")
    return states


def _entries(rule_id: str, standing: Standing, day: date) -> Iterator[tuple[Entry, int | None]]:
    """Each with its revision, in the order in which they are to be taken over elsewhere."""
    name = rule_id.replace("-", "_")
    live = standing.live_on(day)
    if live is not None and live.revision is None:
        yield Entry(rule=rule_id, state="retired"), None
    elif live is not None:
        yield Entry(rule=rule_id, state="live", file=f"{name}.yaml"), live.revision
    for placed in standing.coming(day):
        file = f"scheduled/{name}_from_{placed.starts}.yaml"
        yield Entry(rule=rule_id, state="scheduled", starts=placed.starts, file=file), placed.revision
    if standing.shadow is not None:
        yield Entry(rule=rule_id, state="shadow", file=f"shadow/{name}.yaml"), standing.shadow
