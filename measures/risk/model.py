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
from measures.risk.data import Column, Data, Floats, cumulated
from measures.risk.linear import Linear
from measures.risk.promotion import Verdict
from measures.risk.shares import Shares
from measures.risk.trees import Trees

FORMAT = "throughline-risk-2"
Source = Literal["record", "table"]
Kind = Literal["logistic", "challenger"]


class ModelError(ValueError):
    """A model file that cannot be used; the message says why, and the mend."""


@dataclass(frozen=True)
class Model:
    """`columns` in the order of the parameters; `table` is how a flat table is read into them, `card` what is
    told about the training. `trees` are there when a challenger was trained.
    """

    source: Source
    kind: Kind
    outcome: str
    horizons: tuple[int, ...]
    columns: tuple[Column, ...]
    shares: Shares
    linear: Linear
    trees: Trees | None
    calibrations: Mapping[str, Calibration]
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
    def calibration(self) -> Calibration:
        return self.calibrations[self.kind]

    def as_kind(self, kind: Kind) -> Model:
        """The same file, scored by the other of its two models."""
        return replace(self, kind=kind)

    def log_odds(self, x: Floats) -> Floats:
        """Rows by intervals, before calibration."""
        x = self.shares.of(x)
        straight = self.linear.log_odds(x)
        if self.kind == "logistic" or self.trees is None:
            return straight
        return self.trees.blended(self.trees.log_odds(x, len(self.horizons)), straight)

    def probabilities(self, x: Floats) -> Floats:
        """Rows by horizons: never decreasing, never 0 or 1."""
        hazards = self.calibration.probability(self.log_odds(x))
        return np.minimum(cumulated(hazards), 1 - 1e-6)

    def adds(self, x: Floats) -> tuple[Floats, Floats]:
        """What each column adds to the log-odds of the first interval, and the base: together its line.

        With Platt's line that is the log-odds of the hazard itself; an isotonic curve comes after it.
        """
        x = self.shares.of(x)
        added, base = self.linear.adds(x), np.full(len(x), self.linear.base[0])
        if self.kind == "challenger" and self.trees is not None:
            grown, start = self.trees.adds(x, 0)
            added = self.trees.blended(grown[:, :-1], added)
            base = self.trees.blended(start + grown[:, -1], base)
        line = self.calibration
        return line.slope * added, line.slope * base + line.intercept

    def matrix_of(self, data: Data) -> Floats:
        """The data's columns in the order of the model's; those it lacks are missing."""
        at = {column.id: index for index, column in enumerate(data.columns)}
        lacking = np.full(len(data.x), np.nan)
        return np.column_stack([data.x[:, at[c.id]] if c.id in at else lacking for c in self.columns])

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "source": self.source,
            "kind": self.kind,
            "outcome": self.outcome,
            "horizons": list(self.horizons),
            "columns": [[c.id, c.says, c.logged, c.worse, c.parent, c.levels] for c in self.columns],
            "shares": self.shares.as_json(),
            "linear": self.linear.as_json(),
            "trees": self.trees.as_json() if self.trees else None,
            "calibrations": {kind: held.as_json() for kind, held in self.calibrations.items()},
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
        columns=tuple(Column(*column) for column in said["columns"]),
        shares=Shares.from_json(said["shares"]),
        linear=Linear.from_json(said["linear"]),
        trees=Trees.from_json(said["trees"]) if said["trees"] else None,
        calibrations={kind: Calibration.from_json(held) for kind, held in said["calibrations"].items()},
        verdict=Verdict.from_json(said["verdict"]),
        label=said["label"],
        card=said["card"],
        table=said["table"],
    )
