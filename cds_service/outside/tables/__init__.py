"""The tables, one file a topic, found here: whoever asks for `Base` knows all of them.

Everything that belongs to a host EHR has its name as the first column of the key.
"""

import importlib
import pkgutil

from cds_service.outside.tables.base import Base

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["Base"]
