"""Fills a CDS service's prefetch templates from the store, as discovery asks. (CDS Hooks 2.0, prefetch)

A template this EHR cannot fill is left out: to the service, an absent key means "fetch it yourself".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from smart_app.demo_ehr import answers
from smart_app.demo_ehr.search import Resource, SearchProblem, find, read_search
from smart_app.demo_ehr.store import Store

_TOKEN = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_READ = re.compile(r"([A-Z][A-Za-z]+)/([^/?]+)$")


def fill(
    templates: Mapping[str, str], context: Mapping[str, str], store: Store, base: str
) -> tuple[dict[str, Any], list[str]]:
    """(prefetch, why each missing key is missing). A read that finds nothing is null: no data."""
    filled: dict[str, Any] = {}
    problems: list[str] = []
    for key, template in templates.items():
        try:
            filled[key] = _answer(_with_tokens(template, context), context["patientId"], store, base)
        except (SearchProblem, LookupError) as problem:
            problems.append(f"{key}: {problem.args[0]}")
    return filled, problems


def _with_tokens(template: str, context: Mapping[str, str]) -> str:
    known = {f"context.{name}": value for name, value in context.items()}
    known["userPractitionerId"] = context["userId"].rpartition("/")[2]

    def value(found: re.Match[str]) -> str:
        if found[1] not in known:
            raise LookupError(f"no value for {found[0]}; there is {', '.join(sorted(known))}")
        return known[found[1]]

    text = _TOKEN.sub(value, template)
    if "{{" in text:
        raise LookupError(f"{template!r} uses more than simple tokens, which this EHR cannot fill")
    return text


def _answer(query: str, patient_id: str, store: Store, base: str) -> Resource | None:
    if read := _READ.match(query):
        held = store.read(read[1], read[2], patient_id)
        return held.resource if held else None
    parts = urlsplit(query)
    search = read_search(parts.path, parse_qsl(parts.query, strict_parsing=True))
    if search.patient not in (None, patient_id):
        raise LookupError(f"{query!r} asks for another patient")
    found = find(search, store.of_kind(search.kind, patient_id))
    return answers.whole(found if search.count is None else found[: search.count], base)
