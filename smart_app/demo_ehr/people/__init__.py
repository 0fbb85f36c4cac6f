"""The hand-made people of the demo EHR: one file a person, found by scanning this folder.

A person's file has three names: STORY (the line in the patient list), SHOWS (what Throughline should show for
them, read by tests) and `tell(today)`, which returns their chart. Every date is counted back from `today`, so
the stories stay true on whatever day the demo is run. Nobody here exists; any likeness is chance.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from smart_app.demo_ehr.charting import Chart


@dataclass(frozen=True)
class Told:
    """One person's story, told on one day; `shows` is what the product should show, by measure or place."""

    story: str
    shows: Mapping[str, str]
    chart: Chart


def tell_all(today: date) -> list[Told]:
    """Every story in this folder, in file-name order, with its dates counted back from `today`."""
    stories = [
        importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    return [Told(story.STORY, story.SHOWS, story.tell(today)) for story in stories]
