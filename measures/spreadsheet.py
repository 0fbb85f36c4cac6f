"""Cells that a spreadsheet shows as they are and never runs. (OWASP, "CSV Injection")"""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: str) -> str:
    """The cell, a quote before what a spreadsheet would run as a formula; a negative number stays one."""
    if cell.startswith(_FORMULA) and not _is_number(cell):
        return "'" + cell
    return cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
