"""Writes the settings table of README.md from the fields of Settings: `make docs`. A test fails when the
two differ.
"""

from __future__ import annotations

from pathlib import Path

from pydantic.fields import FieldInfo

from cds_service.outside.settings import PREFIX, Settings

README = Path(__file__).resolve().parent.parent / "README.md"
START = "<!-- settings: written by `make docs` -->"
END = "<!-- end of settings -->"


def settings_table() -> str:
    """The Markdown table of all settings, in the order of the class."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def with_settings(readme: str) -> str:
    """README's text with the table between its two marks made new."""
    before, start, rest = readme.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(
            f"README.md has no {START} ... {END}; put both marks back where the settings table goes"
        )
    return f"{before}{START}\n{settings_table()}\n{END}{after}"


def _default(field: FieldInfo) -> str:
    if field.default is None or field.default == () or field.is_required():
        return "none"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


if __name__ == "__main__":
    README.write_text(with_settings(README.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{README.name}: {len(Settings.model_fields)} settings written")
