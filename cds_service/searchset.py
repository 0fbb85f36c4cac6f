"""What a search answer says about one patient: taken apart the same way whether prefetched or read by us."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cds_service.protocol import a_json
from measures.whose import names_or_leaves_open

Resource = dict[str, Any]


class NotASearchset(ValueError):
    """The answer has not the shape of FHIR; `where` is the path inside it."""

    def __init__(self, says: str, where: str = "") -> None:
        super().__init__(f"{where}: {says}" if where else says)
        self.says = says
        self.where = where


@dataclass
class Page:
    """One page of an answer. `complete` is False when the server says that it is not all it should be."""

    resources: list[Resource] = field(default_factory=list)
    next_url: str | None = None
    complete: bool = True
    matches: int = 0  # entries of the type asked for, whosever they are
    total: int = 0  # how many matches there are on all pages, as far as the server says
    foreign: int = 0  # resources that name another patient: dropped
    notes: list[str] = field(default_factory=list)


def read_resource(tree: object, kind: str, patient_id: str, fhir_base: str) -> Page:
    """The answer to a read of one resource. Raises NotASearchset when it is no resource of this type."""
    resource = _resource(tree)
    if resource["resourceType"] != kind:
        raise NotASearchset(f"is a {resource['resourceType'][:40]}; expected a {kind}")
    if _is_of(resource, f"Patient/{patient_id}", fhir_base):
        return Page([resource])
    return Page(foreign=1)


def read_searchset(tree: object, kind: str, patient_id: str, fhir_base: str) -> Page:
    """The answer to a search for one resource type. Raises NotASearchset when it is no Bundle of resources.

    A server's OperationOutcome among the entries is noted; of severity error or fatal it makes the page
    incomplete.
    """
    if not isinstance(tree, dict):
        raise NotASearchset(f"is {a_json(tree)}; expected a searchset Bundle")
    if tree.get("resourceType") != "Bundle":
        named = tree.get("resourceType")
        found = f"is a {named[:40]}" if isinstance(named, str) else "has no resourceType"
        raise NotASearchset(f"{found}; expected a searchset Bundle")
    page = Page(next_url=_next_url(tree))
    theirs, entries = f"Patient/{patient_id}", _list(tree, "entry")
    plain = _plainly_theirs(entries, kind, theirs)
    page.matches += len(plain)
    page.resources += plain
    for number in range(len(plain), len(entries)):
        _read_entry(page, entries[number], number, kind, theirs, fhir_base)
    total = tree.get("total")
    page.total = total if isinstance(total, int) else 0
    return page


def _plainly_theirs(entries: list[Any], kind: str, theirs: str) -> list[Resource]:
    """The common case at a glance: there may be thousands. From the first on that is odd in any way, all are
    looked at closely.
    """
    found: list[Resource] = []
    try:
        for entry in entries:
            resource = entry["resource"]
            if (
                resource["resourceType"] != kind
                or resource["subject"]["reference"] != theirs
                or type(resource["id"]) is not str
                or "patient" in resource
            ):
                break
            found.append(resource)
    except (KeyError, TypeError):
        pass
    return found


def _read_entry(page: Page, entry: object, number: int, kind: str, theirs: str, fhir_base: str) -> None:
    if not isinstance(entry, dict):
        raise NotASearchset(f"is {a_json(entry)}; expected an object", f"entry[{number}]")
    if "resource" not in entry:
        return
    resource = _resource(entry["resource"], number)
    if resource["resourceType"] == "OperationOutcome":
        _note_outcome(page, resource, kind)
        return
    page.matches += resource["resourceType"] == kind
    if _is_of(resource, theirs, fhir_base):
        page.resources.append(resource)
    else:
        page.foreign += 1


def shortfall(pages: Sequence[Page], kind: str) -> str | None:
    """A note when absence from the pages proves nothing: they hold fewer matches than the server counts, or
    nothing but other patients' resources.
    """
    if any(page.foreign for page in pages) and not any(page.resources for page in pages):
        return f"{kind}: the answer holds other patients' resources only"
    total, matches = max(page.total for page in pages), sum(page.matches for page in pages)
    return f"{kind}: the server counts {total}, its answer holds {matches}" if matches < total else None


def newest_of_each(resources: Iterable[Resource]) -> list[Resource]:
    """Each resource once; of two with one id, the one last updated (the later one, when they do not say)."""
    found = list(resources)
    if len({resource.get("id") for resource in found}) == len(found):
        return found
    kept: dict[tuple[str, str], Resource] = {}
    for number, resource in enumerate(found):
        identity = resource["resourceType"], resource.get("id") or f"#{number}"
        held = kept.get(identity)
        if held is None or _updated(resource) >= _updated(held):
            kept[identity] = resource
    return list(kept.values())


def _resource(tree: object, number: int | None = None) -> Resource:
    """A resource whose type and id are text, if it has an id: so much every later step relies on."""
    if not isinstance(tree, dict):
        raise NotASearchset(f"is {a_json(tree)}; expected a resource", _where(number))
    for name in ("resourceType", "id"):
        value = tree.get(name)
        if type(value) is not str and (name == "resourceType" or value is not None):
            raise NotASearchset(f"is {a_json(value)}; expected a string", _where(number, name))
    return tree


def _where(number: int | None, name: str = "") -> str:
    path = "" if number is None else f"entry[{number}].resource"
    return f"{path}.{name}".strip(".")


def _is_of(resource: Resource, theirs: str, fhir_base: str) -> bool:
    """Whether a resource is this patient's. One that names no patient is left to the record to judge."""
    if resource["resourceType"] == "Patient":
        return f"Patient/{resource.get('id')}" == theirs
    named = (resource.get(element) for element in ("subject", "patient"))
    return all(names_or_leaves_open(one, theirs, fhir_base) for one in named)


def _next_url(bundle: Resource) -> str | None:
    for link in _list(bundle, "link"):
        if isinstance(link, dict) and link.get("relation") == "next":
            url = link.get("url")
            if not isinstance(url, str):
                raise NotASearchset(f"is {a_json(url)}; expected a URL", "link.url")
            return url
    return None


def _list(bundle: Resource, name: str) -> list[Any]:
    value = bundle.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotASearchset(f"is {a_json(value)}; expected a list", name)
    return value


def _note_outcome(page: Page, outcome: Resource, kind: str) -> None:
    """Severity and code only: the server's own words may speak of the patient."""
    for issue in _list(outcome, "issue"):
        if isinstance(issue, dict):
            severity, code = str(issue.get("severity"))[:20], str(issue.get("code"))[:40]
            page.notes.append(f"{kind}: the server reports {severity} ({code})")
            if severity in ("error", "fatal"):
                page.complete = False


_NEVER = datetime.min.replace(tzinfo=UTC)


def _updated(resource: Resource) -> datetime:
    meta = resource.get("meta")
    text = meta.get("lastUpdated") if isinstance(meta, dict) else None
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else _NEVER
    except ValueError:
        return _NEVER
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
