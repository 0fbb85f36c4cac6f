"""The CDS services on offer, one file each: a file ends with `SERVICE = Service(...)` and is found here.

Services are keyed by id, never by hook: two services may answer the same hook.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from cds_service.service import Service


class ServicesError(ValueError):
    """The files here do not make a list of services; the message names the file and the mend."""


@cache
def find_services() -> Mapping[str, Service]:
    """Every service by id, in the order of discovery; raises ServicesError."""
    names = [module.name for module in pkgutil.iter_modules(__path__, f"{__name__}.")]
    services: dict[str, Service] = {}
    for module in map(importlib.import_module, names):
        found = getattr(module, "SERVICE", None)
        if not isinstance(found, Service):
            raise ServicesError(
                f"{module.__file__}: has no SERVICE; end the file with `SERVICE = Service(...)`"
            )
        if found.id in services:
            raise ServicesError(f"{module.__file__}: another file has the id {found.id!r}; give it another")
        services[found.id] = found
    return dict(sorted(services.items(), key=lambda item: item[1].place))
