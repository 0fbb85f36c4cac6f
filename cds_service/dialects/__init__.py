"""Dialects: what a kind of CDS client understands of a card, as data. One YAML file a dialect.

There is one internal card, in the words of CDS Hooks 2.0; a dialect says what a client leaves out, splits or
wants said otherwise. What is known of an EHR second-hand can so be mended without touching code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

import structlog
from markdown_it import MarkdownIt
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cds_service.card import Card, Json
from cds_service.outside.registry import CdsClient, HostEhr
from cds_service.outside.yaml_file import FileProblems, YamlFile, did_you_mean, read_yaml
from cds_service.protocol import CdsRequest
from cds_service.ways import first_for_each_order

_log = structlog.get_logger()
BUILT_IN = Path(__file__).parent
STANDARD = "2.0"
_HTML = MarkdownIt("zero", {"html": False}).enable(["emphasis", "list", "escape", "newline"])


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Kinds = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Takes(_Part):
    """The resource types a client can create, update and delete from a suggestion; None: any."""

    create: Kinds | None = None
    update: Kinds | None = None
    delete: Kinds | None = None

    def action(self, action: Json) -> bool:
        """Whether the client can do this."""
        kinds: tuple[str, ...] | None = getattr(self, str(action["type"]), None)
        if kinds is None:
            return True
        named = action.get("resourceId") or f"{action.get('resource', {}).get('resourceType')}/"
        return str(named).partition("/")[0] in kinds


class Recognized(_Part):
    """By what a client of this dialect is known, where its host EHR's file does not say."""

    profiles: Names = ()
    issuers: Names = ()
    extension_prefixes: Names = ()
    members: Names = ()  # of the request, beyond those of 2.0


class Dialect(_Part):
    """One dialect. Raises nothing while a card is rendered: whatever it says was checked at start-up."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,30}$")]
    title: Annotated[str, Field(min_length=1, max_length=100)]
    source: Annotated[str, Field(min_length=1, max_length=500)]  # whose word this is, and how sure
    recognized: Recognized = Recognized()
    hooks: Names | None = None  # None: any
    leave_out: Names = ()  # members of a card
    selection_behavior: Literal["any"] | None = None  # the one it knows; None: it does as the card says
    actions_per_suggestion: Annotated[int, Field(ge=1)] | None = None
    takes: Takes = Takes()
    detail: Literal["markdown", "html"] = "markdown"
    detail_extension: str | None = None  # the extension that names the detail's content type
    topic_longest: Annotated[int, Field(ge=1)] | None = None
    versioned_discovery: bool = False

    def knows(self, hook: str) -> bool:
        """Whether clients of this dialect call the hook."""
        return self.hooks is None or hook in self.hooks

    @cached_property
    def is_plain(self) -> bool:
        """Whether the internal card is what the client gets: then nothing is copied."""
        return self.model_dump(exclude=_ABOUT) == _PLAIN

    def rendered(self, card: Card) -> Json:
        """The card as this dialect has it; the internal card stays as it is."""
        if self.is_plain:
            return card.json
        json = {name: value for name, value in card.json.items() if name not in self.leave_out}
        if "detail" in json and self.detail == "html":
            json["detail"] = _HTML.render(json["detail"])
        if self.detail_extension:
            json["extension"] = {self.detail_extension: f"text/{self.detail}"}
        if self.topic_longest and "source" in json:
            topic = json["source"]["topic"]
            json["source"] = json["source"] | {"topic": topic | {"code": topic["code"][: self.topic_longest]}}
        if "suggestions" in json:
            suggestions = [one for given in json.pop("suggestions") for one in self._suggestions(given)]
            behavior = json.pop("selectionBehavior")
            if self.selection_behavior == "any" and behavior != "any":
                suggestions = list(first_for_each_order(suggestions))
            if suggestions:
                behavior = self.selection_behavior or behavior
                json |= {"suggestions": suggestions, "selectionBehavior": behavior}
        return json

    def _suggestions(self, given: Json) -> Iterator[Json]:
        """A suggestion, in as many parts as the client needs; none where it can do nothing of it."""
        actions = [action for action in given["actions"] if self.takes.action(action)]
        if len(actions) < len(given["actions"]):  # a replacement is never half done: nothing is taken away
            actions = [action for action in actions if action["type"] != "delete"]
        each = self.actions_per_suggestion or len(actions) or 1
        groups = [actions[start : start + each] for start in range(0, len(actions), each)]
        for number, group in enumerate(groups):
            label = given["label"] if len(groups) == 1 else group[0]["description"]
            part = {"label": label, "uuid": given["uuid"] if number == 0 else str(uuid4())}
            part |= {"actions": group}
            yield {name: value for name, value in part.items() if name not in self.leave_out}


_ABOUT = {"id", "title", "source", "recognized", "hooks", "versioned_discovery"}
_PARTS: Mapping[str, type[BaseModel]] = {"takes": Takes, "recognized": Recognized}
_PLAIN: dict[str, Any]


class Dialects:
    """All dialects, and which one a client speaks."""

    def __init__(self, found: Mapping[str, Dialect]) -> None:
        self._found = found
        self._standard = found[STANDARD]
        self._missed: set[tuple[str, str]] = set()  # (host EHR, dialect) that were told once

    def __iter__(self) -> Iterator[Dialect]:
        return iter(self._found.values())

    def __getitem__(self, name: str) -> Dialect:
        return self._found[name]

    def of_client(self, ehr: HostEhr | None, client: CdsClient | None) -> Dialect:
        """The dialect of a registered client; the standard's for anyone else, and for one we do not know."""
        if ehr is None or client is None:
            return self._standard
        told = self._named_by(ehr)
        by_issuer = (one for one in self if client.iss in one.recognized.issuers)
        by_profile = (one for one in self if ehr.profile in one.recognized.profiles)
        return told or next(by_issuer, None) or next(by_profile, self._standard)

    def of_call(self, ehr: HostEhr, client: CdsClient, request: CdsRequest) -> Dialect:
        """The same for one request, which may betray more than its client's registration."""
        known = self.of_client(ehr, client)
        if self._named_by(ehr) or known is not self._standard:
            return known
        extension = request.extension if isinstance(request.extension, dict) else {}
        members = request.model_extra or {}
        for one in self:
            prefixes = one.recognized.extension_prefixes
            if prefixes and any(key.startswith(prefixes) for key in extension):
                return one
            if not members.keys().isdisjoint(one.recognized.members):
                return one
        return known

    def _named_by(self, ehr: HostEhr) -> Dialect | None:
        """The dialect of the registration; none, told in the log once, where an upgrade took it away."""
        name = ehr.cds.dialect
        found = self._found.get(name) if name else None
        if name and found is None and (ehr.name, name) not in self._missed:
            self._missed.add((ehr.name, name))
            _log.error(
                "host EHR names a dialect there is not; register it again", host_ehr=ehr.name, kind=name
            )
        return found


@cache
def load_dialects(folder: Path = BUILT_IN) -> Dialects:
    """Every dialect of a folder; FileProblems lists whatever is wrong with any of them."""
    found: dict[str, Dialect] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            dialect = _read(read_yaml(path))
        except FileProblems as wrong:
            problems += wrong.problems
            continue
        if dialect.id in found:
            problems.append(f"{path}:1: id: another file has the dialect {dialect.id!r}; rename one")
        found[dialect.id] = dialect
    if not problems and STANDARD not in found:
        problems.append(f"{folder}: has no dialect {STANDARD!r}, which is for every client not known better")
    if problems:
        raise FileProblems(problems)
    return Dialects(found)


def _read(file: YamlFile) -> Dialect:
    try:
        return Dialect.model_validate(file.values)
    except ValidationError as error:
        raise FileProblems([_said(dict(found), file) for found in error.errors(include_url=False)]) from None


def _said(problem: Mapping[str, Any], file: YamlFile) -> str:
    place = problem["loc"]
    where = f"{file.at(place)}: {'.'.join(map(str, place)) or 'file'}: "
    if problem["type"] == "extra_forbidden":
        model: type[BaseModel] = _PARTS.get(str(place[0]), Dialect)
        return f"{where}there is no such key{did_you_mean(place[-1], list(model.model_fields))}"
    return where + ("is missing" if problem["type"] == "missing" else str(problem["msg"]))


_PLAIN = Dialect(id="plain", title="x", source="x").model_dump(exclude=_ABOUT)
