"""Where our own style sheets, scripts and icons lie: the checkout's top folder `static/`,
`smart_app/static` in a wheel.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent


def static_folder() -> Path:
    """The folder of static files. The wheel's copy wins: only a wheel has one (see pyproject.toml,
    force-include).
    """
    packaged = HERE / "static"
    return packaged if packaged.is_dir() else HERE.parent / "static"
