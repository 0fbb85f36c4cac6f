"""The catalogue of instruments: every one found in `measures/instruments`, and those imported by file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import ModuleType

from measures import instruments
from measures.instrument import Instrument
from measures.terminology import CodeKey


class InstrumentCatalogError(ValueError):
    """The instruments do not make a catalogue; the message names the instrument and the mend."""


@dataclass(frozen=True)
class InstrumentCatalog:
    """The instruments by id."""

    instruments: Mapping[str, Instrument]

    @classmethod
    def of(cls, found: Iterable[Instrument]) -> InstrumentCatalog:
        """Raises InstrumentCatalogError when two have one id, or a follow-on leads nowhere."""
        by_id: dict[str, Instrument] = {}
        for instrument in sorted(found, key=lambda i: i.id):
            if instrument.id in by_id:
                raise InstrumentCatalogError(
                    f"two instruments are called {instrument.id}; give one another id"
                )
            by_id[instrument.id] = instrument
        for instrument in by_id.values():
            for follow_on in instrument.follow_ons:
                if follow_on.to not in by_id:
                    raise InstrumentCatalogError(
                        f"{instrument.id} leads to {follow_on.to!r}, which is no instrument"
                        + _meant(follow_on.to, by_id)
                    )
        return cls(by_id)

    def __getitem__(self, id: str) -> Instrument:
        return self.instruments[id]

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self.instruments.values())

    def get(self, id: str) -> Instrument | None:
        return self.instruments.get(id)

    def coded(self, code: CodeKey) -> Instrument | None:
        """The instrument whose panel, total or document has this code."""
        for instrument in self:
            if code in {c.key for c in (instrument.panel, instrument.total, instrument.filed_as) if c}:
                return instrument
        return None

    def joined_by(self, imported: Iterable[Instrument]) -> InstrumentCatalog:
        """With instruments imported by file. Raises InstrumentCatalogError."""
        return InstrumentCatalog.of((*self, *imported))


@cache
def find_instruments() -> InstrumentCatalog:
    """All files in `measures/instruments`; InstrumentCatalogError names a file without an INSTRUMENT."""
    names = [m.name for m in pkgutil.iter_modules(instruments.__path__, f"{instruments.__name__}.")]
    return InstrumentCatalog.of(
        _instrument(importlib.import_module(name))
        for name in names
        if not name.rpartition(".")[2].startswith("_")
    )


def _instrument(module: ModuleType) -> Instrument:
    found = getattr(module, "INSTRUMENT", None)
    if not isinstance(found, Instrument):
        raise InstrumentCatalogError(
            f"{module.__file__}: has no INSTRUMENT; end the file with `INSTRUMENT = Instrument(...)`"
        )
    return found


def _meant(wrong: str, known: Iterable[str]) -> str:
    close = get_close_matches(wrong, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
