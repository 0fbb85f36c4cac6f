"""The way from one staff page to the next: each page's module says where it stands, nobody keeps a list."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from smart_app import pages
from smart_app.staff.permissions import Permission, StaffUser, user_can


@dataclass(frozen=True)
class NavEntry:
    """One entry: shown to whoever has the permission, in the order of `place`, then of the titles."""

    title: str
    path: str
    permission: Permission
    place: int
    about: str = ""  # one sentence for the start page

    def leads_to(self, path: str) -> bool:
        """Whether a path is this entry's page, or below it."""
        below = self.path if self.path.endswith("/") else f"{self.path}/"
        return path == self.path or (self.place > 0 and path.startswith(below))


@cache
def all_entries() -> tuple[NavEntry, ...]:
    """The `nav` of every page module."""
    return tuple(sorted(_found(), key=lambda entry: (entry.place, entry.title)))


def entries_for(user: StaffUser) -> tuple[NavEntry, ...]:
    """What this user may go to."""
    return tuple(entry for entry in all_entries() if user_can(user, entry.permission))


def current(entries: Iterable[NavEntry], path: str) -> NavEntry | None:
    """The entry a path belongs to; of two, one below the other, the lower."""
    leading = (entry for entry in entries if entry.leads_to(path))
    return max(leading, key=lambda entry: len(entry.path), default=None)


def _found() -> Iterator[NavEntry]:
    for module in pkgutil.iter_modules(pages.__path__):
        nav = getattr(importlib.import_module(f"{pages.__name__}.{module.name}"), "nav", ())
        yield from (nav,) if isinstance(nav, NavEntry) else nav
