"""A panel: a titled list of lines about one thing, with its four states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from smart_app.care.material import Material
from smart_app.care.states import Absence, absence, partial

SHOWN_AT_ONCE = 8


@dataclass(frozen=True)
class Line:
    """One entry. `note` stands at the right (a date, mostly), `detail` below; `tone` is "", "watch" or
    "soft".
    """

    text: str
    note: str = ""
    detail: str = ""
    source: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Group:
    """Lines under one heading of a panel. `none` is said when there are none of them and `kinds`, the types
    they rest on (the panel's, unless given), were read."""

    title: str
    lines: tuple[Line, ...]
    none: str = "None found."
    kinds: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[Line, ...]:
        return self.lines[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> tuple[Line, ...]:
        return self.lines[SHOWN_AT_ONCE:]


Fill = Callable[[Material], tuple[Group, ...]]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One file in `care/panels/` defines one, as PANEL. `kinds` are the resource types it rests on: while one
    of them was not gathered, an empty panel says so instead of "none found". `aside` panels stand under the
    gaps where the screen has two columns, the others under the timeline; `wide` ones take its whole width."""

    key: str
    title: str
    place: int
    kinds: tuple[str, ...]
    none: str
    fill: Fill
    wide: bool = False
    aside: bool = False

    def show(self, material: Material) -> PanelView:
        gathered, groups = material.record.gathered, self.fill(material)
        groups = tuple(
            replace(group, none=absence(gathered, group.kinds or self.kinds, group.none).says)
            for group in groups
        )
        empty = not any(group.lines for group in groups)
        return PanelView(
            panel=self,
            groups=() if empty else groups,
            absence=absence(gathered, self.kinds, self.none) if empty else None,
            partial=None if empty else partial(gathered, self.kinds),
        )


@dataclass(frozen=True)
class PanelView:
    """A panel filled for one record: groups, or the reason why there are none."""

    panel: Panel
    groups: tuple[Group, ...]
    absence: Absence | None
    partial: Absence | None

    def lines(self) -> Iterator[Line]:
        for group in self.groups:
            yield from group.lines
