"""What became of each prefetch template in a request: filled, null, an error, or left out."""

from __future__ import annotations

from typing import Any

import orjson

from measures.gather import QUERIES

STATES = ("filled", "null", "error", "left out")


def prefetch_states(body: bytes) -> dict[str, str]:
    """The state of each of our templates; nothing for a body that is no JSON object."""
    try:
        tree: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(tree, dict):
        return {}
    prefetch = tree.get("prefetch")
    given = prefetch if isinstance(prefetch, dict) else {}
    return {query.key: _state(given, query.key) for query in QUERIES}


def _state(given: dict[str, Any], key: str) -> str:
    if key not in given:
        return "left out"
    value = given[key]
    if value is None:
        return "null"
    wrong = not isinstance(value, dict) or value.get("resourceType") == "OperationOutcome"
    return "error" if wrong else "filled"
