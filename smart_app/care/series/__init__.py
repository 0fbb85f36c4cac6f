"""One file a lane: a file with a SERIES is on the timeline, with no list to edit elsewhere."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from smart_app.care.lanes import Series


@cache
def find_series() -> tuple[Series, ...]:
    """Every lane, from top to bottom. Raises AttributeError for a file here without a SERIES."""
    modules = (importlib.import_module(m.name) for m in pkgutil.iter_modules(__path__, f"{__name__}."))
    return tuple(sorted((module.SERIES for module in modules), key=lambda series: series.place))
