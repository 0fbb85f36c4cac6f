"""A trained model as one JSON file: parameters, what it was trained on, how well it did, and a hash over all.

Nothing is unpickled: the numbers are read as numbers, and a file whose hash does not fit is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson

from measures.risk.calibration import Calibration
from measures.risk.crossing import by_unseen
from measures.risk.data import Column, Data, Floats, Ints
from measures.risk.fit import Fit, Kind, chances
from measures.risk.promotion import Verdict

FORMAT = "throughline-risk-4"
Source = Literal["record", "table"]


class ModelError(ValueError):
    """A model file that cannot be used; the message says why, and the mend."""


@dataclass(frozen=True)
class Model:
    """`fit` of all patients scores. `folds` are the fits of each fold's others, which a report asks of the
    patients of the training, and `salt` deals the patients into them; the challenger scores with the mean of
    them all. `table` is how a flat table is read into the columns, `card` what is told about the training.
    """

    source: Source
    kind: Kind
    outcome: str
    horizons: tuple[int, ...]
    fit: Fit
    folds: tuple[Fit, ...]
    salt: str
    verdict: Verdict
    label: str
    card: Mapping[str, Any]
    table: Mapping[str, Any] | None = None

    @cached_property
    def version(self) -> str:
        return self.hash[:12]

    @cached_property
    def hash(self) -> str:
        return hashlib.sha256(orjson.dumps(self.as_json(), option=orjson.OPT_SORT_KEYS)).hexdigest()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.fit.columns

    @property
    def calibration(self) -> Calibration:
        return self.fit.calibrations[self.kind]

    @cached_property
    def _scoring(self) -> tuple[tuple[Fit, Ints], ...]:
        """The fits that score, each with where its columns stand among the model's.

        Trees learn much of their chance, and fits of other patients learn other chance: the mean of all has
        less of it. Of the logistic one fit scores, for its weights are read.
        """
        at = {column.id: index for index, column in enumerate(self.columns)}
        fits = (self.fit,) if self.kind == "logistic" else (self.fit, *self.folds)
        return tuple((one, np.array([at[column.id] for column in one.columns])) for one in fits)

    def as_kind(self, kind: Kind) -> Model:
        """The same file, scored by the other of its two models."""
        return replace(self, kind=kind)

    def log_odds(self, x: Floats) -> Floats:
        """Rows by intervals, before calibration."""
        told: Floats = np.mean([one.log_odds(self.kind, x[:, at]) for one, at in self._scoring], axis=0)
        return told

    def probabilities(self, x: Floats) -> Floats:
        """Rows by horizons: never decreasing, never 0 or 1."""
        return chances(self.calibration, self.log_odds(x))

    def unseen(self, data: Data) -> Floats:
        """The same, of patients of the training: each scored by a fit that has not seen that patient."""
        return by_unseen(self.folds, self.kind, data, self.salt)

    def adds(self, x: Floats) -> tuple[Floats, Floats]:
        """What each column adds to the log-odds of the first interval, and the base: together its line.

        With Platt's line that is the log-odds of the hazard itself; an isotonic curve comes after it.
        """
        added, base = np.zeros(x.shape), np.zeros(len(x))
        for one, at in self._scoring:
            of_one, base_of_one = one.adds(self.kind, x[:, at])
            added[:, at] += of_one / len(self._scoring)
            base += base_of_one / len(self._scoring)
        return self.calibration.slope * added, self.calibration.slope * base + self.calibration.intercept

    def matrix_of(self, data: Data) -> Floats:
        """The data's columns in the order of the model's; those it lacks are missing."""
        return self.fit.matrix_of(data)

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "source": self.source,
            "kind": self.kind,
            "outcome": self.outcome,
            "horizons": list(self.horizons),
            "fit": self.fit.as_json(),
            "folds": [one.as_json() for one in self.folds],
            "salt": self.salt,
            "verdict": self.verdict.as_json(),
            "label": self.label,
            "card": dict(self.card),
            "table": self.table,
        }


def write_model(model: Model, path: Path) -> None:
    """Whole or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(written_model(model))
    unfinished.replace(path)


def written_model(model: Model) -> bytes:
    """The model's file, the hash in it."""
    return orjson.dumps({**model.as_json(), "hash": model.hash})


def read_model(path: Path) -> Model:
    """Raises ModelError when the file is no model, of another format, or changed since it was written."""
    return parse_model(path.read_bytes(), str(path))


def parse_model(raw: bytes, path: str) -> Model:
    """As `read_model`, of what was read already; `path` is its name in messages."""
    try:
        said = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise ModelError(f"{path}: is no risk model; make one with `throughline risk train`") from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ModelError(f"{path}: is no risk model of format {FORMAT}; train it again")
    try:
        model = _model(said)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(f"{path}: lacks or garbles {error}; train it again") from error
    if model.hash != said.get("hash"):
        raise ModelError(f"{path}: its content does not fit its hash: it was changed; train it again")
    return model


def _model(said: Mapping[str, Any]) -> Model:
    return Model(
        source=said["source"],
        kind=said["kind"],
        outcome=said["outcome"],
        horizons=tuple(said["horizons"]),
        fit=Fit.from_json(said["fit"]),
        folds=tuple(Fit.from_json(one) for one in said["folds"]),
        salt=said["salt"],
        verdict=Verdict.from_json(said["verdict"]),
        label=said["label"],
        card=said["card"],
        table=said["table"],
    )
