"""The patient list: found by words, cut into pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from smart_app.demo_ehr.loading import Person
from smart_app.demo_ehr.matching import plain

PAGE = 50
SEXES = {"female": "F", "male": "M", "other": "X"}


@dataclass(frozen=True)
class Row:
    id: str
    name: str
    age: str  # "54", "7 mo", "" when the birth date is not known
    sex: str
    born: str
    story: str


@dataclass(frozen=True)
class Roster:
    rows: tuple[Row, ...]
    words: str
    found: int
    everybody: int
    page: int
    pages: int


def roster(people: Iterable[Person], words: str, page: int, today: date) -> Roster:
    """One page of the people whose name, id or story has every word; the nearest page when out of range."""
    everybody = list(people)
    wanted = plain(words).split()
    found = [one for one in everybody if _has(one, wanted)] if wanted else everybody
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return Roster(tuple(row(one, today) for one in shown), words, len(found), len(everybody), page, pages)


def row(person: Person, today: date) -> Row:
    born = person.birth_date
    return Row(
        id=person.id,
        name=person.name,
        age=age(born, today) if born else "",
        sex=SEXES.get(person.gender, ""),
        born=born.isoformat() if born else "not known",
        story=person.story,
    )


def age(born: date, today: date) -> str:
    """Whole years; months below two years."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years >= 2:
        return str(years)
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return f"{max(months, 0)} mo"


def _has(person: Person, wanted: list[str]) -> bool:
    held = plain(f"{person.name} {person.id} {person.story}")
    return all(word in held for word in wanted)
