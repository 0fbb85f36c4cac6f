"""The labelled notes, and what a scan makes of them: precision and recall of what is offered, kinds told right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from measures.notes import Kind, Mention, offered, scan

WRITTEN = date(2026, 3, 10)
HERE = Path(__file__).parent
NO_RISK = "no risk found"

Label = tuple[str, str, str]
"""Instrument, kind, result; a "-" stands for no result."""


@dataclass(frozen=True)
class LabelledNote:
    text: str
    labels: tuple[Label, ...]

    @property
    def current(self) -> set[tuple[str, str]]:
        return {(id, result) for id, kind, result in self.labels if kind == Kind.CURRENT}


def read_notes(name: str) -> list[LabelledNote]:
    return [
        LabelledNote(one["note"], tuple(_label(said) for said in one["says"]))
        for one in yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    ]


def _label(said: str) -> Label:
    instrument, rest = said.split(" ", 1)
    kind, result = rest.rsplit(" ", 1)
    assert kind in set(Kind), said
    return instrument, kind, result


def result(mention: Mention) -> str:
    if mention.value is not None:
        return str(mention.value)
    if mention.level:
        return "no-risk" if mention.level == NO_RISK else mention.level
    return {True: "positive", False: "negative", None: "-"}[mention.positive]


@dataclass(frozen=True)
class Outcome:
    """How a scan did on a set of notes."""

    right: int
    wrong: list[str]
    missed: list[str]
    kinds_right: int
    kinds: int
    kind_errors: list[str]

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.1%} ({self.right} of {self.right + len(self.wrong)} offered), "
            f"recall {self.recall:.1%} ({self.right} of {self.right + len(self.missed)} results), "
            f"mentions told right {self.kinds_right} of {self.kinds}"
        )


def measure(notes: list[LabelledNote]) -> Outcome:
    right, wrong, missed, kinds_right, kinds = 0, [], [], 0, 0
    errors: list[str] = []
    for note in notes:
        mentions = scan(note.text, WRITTEN)
        said = {(m.instrument, result(m)) for m in offered(mentions)}
        right += len(said & note.current)
        wrong += [f"{one} in {note.text!r}" for one in sorted(said - note.current)]
        missed += [f"{one} in {note.text!r}" for one in sorted(note.current - said)]
        told = Counter((m.instrument, m.kind.value, result(m)) for m in mentions)
        labels = Counter(note.labels)
        kinds_right += (told & labels).total()
        kinds += (told | labels).total()
        if told != labels:
            errors.append(f"{note.text!r}: said {sorted(told - labels)}, labelled {sorted(labels - told)}")
    return Outcome(right, wrong, missed, kinds_right, kinds, errors)
