"""One file a panel: a file with a PANEL is on the chart page, with no list to edit elsewhere."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from smart_app.care.panel import Panel


@cache
def find_panels() -> tuple[Panel, ...]:
    """Every panel, in the order of their places. Raises AttributeError for a file here without a PANEL."""
    modules = (importlib.import_module(m.name) for m in pkgutil.iter_modules(__path__, f"{__name__}."))
    return tuple(sorted((module.PANEL for module in modules), key=lambda panel: panel.place))
