"""A host EHR as fields of a form and as the text of its file: two spellings of one document.

The names of fields are places in the document (`smart.scopes`, `cds_clients.0.jku`), so a problem of the
document stands beside its field without a table between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import yaml

from cds_service.outside.host_ehr import HostEhr, HostEhrProblems, Problem, checked_host_ehr
from cds_service.outside.yaml_file import YamlFile, parse_yaml
from cds_service.profiles import profiles

FILE = Path("host-ehr.yaml")  # what messages call the text on the page
SMART = ("client_id", "auth", "secret", "scopes", "origins")
CDS_CLIENT = ("iss", "jku", "jwks", "tenant", "origins")
_LISTS = ("scopes", "origins", "frame_ancestors")
_MOST_CLIENTS = 20

Document = dict[str, Any]


def site_names() -> tuple[str, ...]:
    """What some kind of EHR asks of a site; each has a field."""
    return tuple(sorted({name for profile in profiles().values() for name in profile.site}))


def document_of(form: Mapping[str, str], kept: Document) -> Document:
    """The document a filled-in form means. `kept`: what the form has no field for stays as it was."""
    document = {key: value for key, value in kept.items() if key not in _TOP}
    document |= _filled(form, "", _PLAIN)
    if site := _filled(form, "site.", site_names()):
        document["site"] = site
    smart = _filled(form, "smart.", SMART)
    if smart.keys() - {"auth"}:
        document["smart"] = smart
    numbers = [n for n in range(_MOST_CLIENTS) if f"cds_clients.{n}.iss" in form]
    clients = [_filled(form, f"cds_clients.{n}.", CDS_CLIENT) for n in numbers]
    if any(clients):
        document["cds_clients"] = [client for client in clients if client]
    return document | _filled(form, "", ("frame_ancestors", "test_of"))


_PLAIN = ("name", "fhir_base", "profile", "time_zone")
_TOP = (*_PLAIN, "smart", "site", "cds_clients", "frame_ancestors", "test_of")


def fields_of(document: Any) -> dict[str, str]:
    """What stands in each field, whatever is wrong with the document; one empty CDS client at the end."""
    values = document if isinstance(document, dict) else {}
    plain = (*_PLAIN, "frame_ancestors", "test_of")
    fields = {name: _shown(values.get(name)) for name in plain}
    site, smart = (_mapping(values.get(name)) for name in ("site", "smart"))
    fields |= {f"site.{name}": _shown(site.get(name)) for name in site_names()}
    fields |= {f"smart.{name}": _shown(smart.get(name)) for name in SMART if name != "secret"}
    for number, client in enumerate([*_clients(values), {}]):
        fields |= {f"cds_clients.{number}.{name}": _shown(client.get(name)) for name in CDS_CLIENT}
    return fields


def text_of(document: Any) -> str:
    """The document as its file, without the client secret: that is never shown again."""
    values = dict(document) if isinstance(document, dict) else {}
    if isinstance(values.get("smart"), dict):
        values["smart"] = {key: value for key, value in values["smart"].items() if key != "secret"}
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=100) if values else ""


def document_in(text: str) -> YamlFile:
    """What a text describes; FileProblems when it is no YAML we read."""
    return parse_yaml(text.encode("utf-8", "replace"), FILE)


def stored_document(ehr: HostEhr) -> Document:
    """A registered host EHR as its file would say it, without its secret and what is empty."""
    values = ehr.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    values = {"name": ehr.name, "fhir_base": ehr.fhir_base, "profile": ehr.profile} | values
    if "smart" in values:
        values["smart"].pop("secret", None)
    for client in values.get("cds_clients", ()):
        client.pop("jwks_file", None)
    return values


def checked(document: Any, stored: HostEhr | None) -> HostEhr:
    """The host EHR, or HostEhrProblems: the file's own checks, and those of a page.

    A client secret that is not written stays the stored one; a file of the server cannot be read from here.
    """
    if not isinstance(document, dict):
        raise HostEhrProblems([Problem((), "a host EHR begins with `name: ...`")])
    problems = [
        Problem(("cds_clients", n, "jwks_file"), "cannot be read from a page; paste its keys under `jwks`")
        for n, client in enumerate(_clients(document))
        if client.get("jwks_file")
    ]
    if stored is not None and document.get("name", stored.name) != stored.name:
        problems.append(Problem(("name",), f"stays {stored.name!r}: everything is stored under it"))
    try:
        ehr = checked_host_ehr(_with_secret(document, stored))
    except HostEhrProblems as error:
        raise HostEhrProblems([*problems, *error.problems]) from None
    if problems:
        raise HostEhrProblems(problems)
    return ehr


def by_field(problems: tuple[Problem, ...], document: Any) -> dict[str, list[str]]:
    """The problems under the name of the field they belong to; what has no field is under ""."""
    known = fields_of(document).keys() | {"site", "smart", "smart.secret"}
    known |= {f"cds_clients.{n}" for n in range(len(_clients(document)))}
    found: dict[str, list[str]] = {}
    for problem in problems:
        places = (".".join(map(str, problem.place[:end])) for end in range(len(problem.place), 0, -1))
        field = next((place for place in places if place in known), "")
        rest = problem.name.removeprefix(field).strip(".")
        found.setdefault(field, []).append(f"{rest}: {problem.what}" if rest and not field else problem.what)
    return found


def lines_of(problems: tuple[Problem, ...], file: YamlFile) -> list[str]:
    """The problems of a text, with its lines."""
    return [f"{file.at(problem.place)}: {problem}" for problem in problems]


def _with_secret(document: Document, stored: HostEhr | None) -> Document:
    smart, kept = document.get("smart"), stored.smart.secret if stored and stored.smart else None
    if not isinstance(smart, dict) or kept is None or smart.get("auth") != "secret" or smart.get("secret"):
        return document
    return document | {"smart": smart | {"secret": kept.get_secret_value()}}


def _filled(form: Mapping[str, str], prefix: str, names: tuple[str, ...]) -> Document:
    """The fields that hold something."""
    typed = {name: form.get(prefix + name, "").strip() for name in names}
    return {name: _value(name, text) for name, text in typed.items() if text}


def _value(name: str, text: str) -> Any:
    if name in _LISTS:
        return text.split()
    if name == "jwks":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text  # the check says that these are no keys with values
    return text


def _mapping(value: Any) -> Document:
    return value if isinstance(value, dict) else {}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _clients(document: Any) -> list[Document]:
    found = document.get("cds_clients") if isinstance(document, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
