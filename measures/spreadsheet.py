"""Cells of a CSV that no spreadsheet takes for a formula and runs (OWASP, "CSV Injection")."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """The value; a text that would be run with a quote before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def cell_of_text(text: str) -> str:
    """The same where numbers are texts already: a negative one stays a number."""
    return text if _is_number(text) else str(cell(text))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
