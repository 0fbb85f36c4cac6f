"""Cells of a CSV that no spreadsheet takes for a formula and runs (OWASP, "CSV Injection")."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """The value; a text that would be run with a quote before it."""
    return cell_of_text(value) if isinstance(value, str) else value


def cell_of_text(text: str) -> str:
    """The same of a text; a negative number stays one."""
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
