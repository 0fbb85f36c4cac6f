"""Discovery: what a service says of itself before anyone calls it."""

from __future__ import annotations

import re

from cds_service.conformance.rule import expect, rule
from cds_service.conformance.subject import Json, Skipped, Subject

_CLAUSE = "CDS Hooks 2.0, Discovery"
_PREFETCH = "CDS Hooks 2.0, Prefetch Template"
_TOKEN = re.compile(r"\{\{(.*?)\}\}")
_KNOWN_TOKEN = re.compile(
    r"context\.\w+|userPractitionerId|userPractitionerRoleId|userPatientId|userRelatedPersonId"
    r"|today\(\)( [+-] \d+ \w+)?"
)
_ID = re.compile(r"[A-Za-z0-9._~-]+")
_READ = re.compile(r"[A-Z][A-Za-z]+/[^/?\s]+|\{\{context\.userId\}\}")
_SEARCH = re.compile(r"[A-Z][A-Za-z]+\?[\w-]+(:in)?=[^&\s]+(&[\w-]+(:in)?=[^&\s]+)*")


def _listed(subject: Subject) -> list[Json]:
    tree = subject.discovery.tree
    services = tree.get("services") if isinstance(tree, dict) else None
    if not isinstance(services, list) or not services:
        raise Skipped("discovery lists nothing")
    return [one if isinstance(one, dict) else {} for one in services]


@rule(_CLAUSE, "answer GET /cds-services with 200 and a JSON object that has a list `services`")
def discovery_answers_a_list_of_services(subject: Subject) -> str:
    """GET {base}/cds-services always answers `{services: [...]}`."""
    answer = subject.discovery
    expect(answer.status == 200, str(answer))
    expect("application/json" in answer.headers.get("content-type", ""), "the content type is not JSON")
    tree = answer.tree
    expect(isinstance(tree, dict) and isinstance(tree.get("services"), list), "there is no list `services`")
    return f"{len(tree['services'])} services"


@rule(_CLAUSE, "give each service the strings `hook`, `id` and `description`")
def every_service_has_hook_id_and_description(subject: Subject) -> str:
    """`hook`, `id` and `description` are required."""
    for number, service in enumerate(_listed(subject)):
        for name in ("hook", "id", "description"):
            value = service.get(name)
            expect(isinstance(value, str) and value, f"services[{number}].{name} is missing or no text")
    return "all have them"


@rule(f"{_CLAUSE}; the sandbox knows services by their URL", "give every service an id of its own")
def every_service_has_an_id_of_its_own(subject: Subject) -> str:
    """Ids are distinct: the same id on two hooks is legal, but clients overwrite one by the other."""
    ids = [str(service.get("id")) for service in _listed(subject)]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    expect(not twice, f"twice: {', '.join(twice)}")
    return f"{len(ids)} ids"


@rule(f"{_CLAUSE}: id", "make the id a name that can stand in an address: letters, digits, . _ ~ -")
def every_id_can_stand_in_its_address(subject: Subject) -> str:
    """`id` is a part of the address at which the service is called."""
    ids = [str(service.get("id")) for service in _listed(subject)]
    odd = [one[:60] for one in ids if not _ID.fullmatch(one)]
    expect(not odd, f"cannot stand there: {', '.join(odd)}")
    return "all can"


@rule("CDS Hooks 2.0, JSON", 'leave members without a value out: no null, "", [] or {}')
def discovery_sends_no_empty_member(subject: Subject) -> str:
    """Optional members without a value are omitted."""
    for number, service in enumerate(_listed(subject)):
        empty = sorted(name for name, value in service.items() if value in (None, "", [], {}))
        expect(not empty, f"services[{number}] sends empty: {', '.join(empty)}")
    return "none"


@rule(_PREFETCH, "make `prefetch` an object of texts, each a FHIR query")
def prefetch_is_an_object_of_queries(subject: Subject) -> str:
    """`prefetch` maps keys to FHIR read or search queries."""
    found = 0
    for service in _listed(subject):
        prefetch = service.get("prefetch", {})
        expect(isinstance(prefetch, dict), f"{service.get('id')}: prefetch is no object")
        for key, template in prefetch.items():
            found += 1
            plain = isinstance(template, str) and (_READ.fullmatch(template) or _SEARCH.fullmatch(template))
            expect(plain, f"{service.get('id')}.{key} is neither a read nor a search of one type")
    return f"{found} templates"


@rule(_PREFETCH, "use only {{context.field}} and the user tokens")
def prefetch_uses_known_tokens_only(subject: Subject) -> str:
    """Tokens are root-level fields of the context and the four user tokens (3.0 adds today())."""
    for service in _listed(subject):
        prefetch = service.get("prefetch")
        for key, template in prefetch.items() if isinstance(prefetch, dict) else ():
            for token in _TOKEN.findall(str(template)):
                expect(_KNOWN_TOKEN.fullmatch(token), f"{service.get('id')}.{key} uses {{{{{token}}}}}")
    return "all known"
