"""The CDS Hooks envelope: parsed strictly at the edge, its FHIR kept as raw dicts.

Unknown members are tolerated everywhere (a client may be older or newer than we are) and `extension`
objects are ignored; a member we do know must have the type the specification gives it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn, TypeVar
from uuid import UUID

import numpy as np
import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

Json = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)

LARGEST_BODY = 8 * 1024 * 1024  # bytes; a chart of 5,000 resources is about 7 MB
_MOST_CONTAINERS = 250_000  # objects and lists; a chart of 5,000 resources has about 100,000
_LOOKED_AT_FROM = 1024 * 1024  # bytes: a smaller body cannot hold so many that it matters
_PROBLEMS_SHOWN = 10
_COLON = ord(":")
_FHIR_ID = re.compile(
    r"(?!\.+\Z)[A-Za-z0-9\-._]{1,128}"
)  # FHIR R4 id, with the `_` and the length some EHRs use
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a request: what, the mend, and where (a path into the body, "" for all of it)."""

    says: str
    where: str = ""
    code: str = "invalid"  # http://hl7.org/fhir/issue-type
    severity: Literal["error", "warning"] = "error"


class Refused(Exception):
    """A request we answer with a 4xx or 5xx and an OperationOutcome. `why` is for our own side only."""

    def __init__(
        self, status: int, *problems: Problem, headers: Mapping[str, str] | None = None, why: str = ""
    ) -> None:
        super().__init__("; ".join(problem.says for problem in problems))
        self.status = status
        self.problems = problems
        self.headers = dict(headers or {})
        self.why = why


def operation_outcome(problems: Iterable[Problem]) -> Json:
    return {"resourceType": "OperationOutcome", "issue": [_issue(problem) for problem in problems]}


def _issue(problem: Problem) -> Json:
    says = f"{problem.where}: {problem.says}" if problem.where else problem.says
    issue: Json = {"severity": problem.severity, "code": problem.code, "diagnostics": says}
    return issue | ({"expression": [problem.where]} if problem.where else {})


def refuse(status: int, says: str, where: str = "", code: str = "invalid") -> NoReturn:
    raise Refused(status, Problem(says, where, code))


# --- JSON ---------------------------------------------------------------------------------------------


def parse_json(body: bytes, holds: str = "hook, hookInstance and context") -> Json:
    """One JSON object, every member named once; `holds` says of what. Refuses (400) what a later step would
    have to guess about.

    orjson refuses NaN, Infinity, lone surrogates, and nesting over 1,024; writing the tree back refuses
    what is nested over 254 deep and, by the number of colons, tells whether a repeated member was
    dropped.
    """
    if not is_proportionate(body):
        refuse(
            413,
            "the body holds more objects than any chart; prefetch less (a date, a category)",
            "",
            "too-long",
        )
    try:
        tree = orjson.loads(body)
        again = orjson.dumps(tree)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        refuse(400, f"the body is not JSON: {error.msg} at {where}; send one JSON object (RFC 8259) in UTF-8")
    except (orjson.JSONEncodeError, RecursionError):
        refuse(
            400,
            "the body is nested more than 250 levels deep; send the resources as the FHIR server gave them",
        )
    if len(again) != len(body) and _colons(again) != _colons(body):
        _refuse_repeats(body)
    if not isinstance(tree, dict):
        refuse(400, f"the body is {a_json(tree)}; send one JSON object with {holds}")
    return tree


def is_proportionate(body: bytes) -> bool:
    """False for JSON of millions of empty objects, which in memory is thirty times its size."""
    if len(body) < _LOOKED_AT_FROM:
        return True
    return body.count(b"{") + body.count(b"[") <= _MOST_CONTAINERS


def _colons(text: bytes) -> int:
    """As `text.count(b":")`, at a fifth of its cost where there are thousands."""
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == _COLON))


def _refuse_repeats(body: bytes) -> None:
    def once(members: list[tuple[str, Any]]) -> Json:
        named = dict(members)
        if len(named) != len(members):
            names = [name for name, _ in members]
            twice = next(name for name in names if names.count(name) > 1)
            refuse(
                400,
                f"the member {shown(twice)} is there twice in one object: its value is a guess; send it once",
            )
        return named

    json.loads(body, object_pairs_hook=once)


def a_json(value: object) -> str:
    """The JSON type of a value in words, for a message that must not repeat the value itself."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "a string"
        case _:
            return "a number"


def shown(text: str) -> str:
    """Text from outside, made safe and short enough to repeat in a message or a log."""
    return repr(text if len(text) <= 80 else text[:77] + "...")


def printable(text: str) -> str:
    """Without control characters: a database or a card has no place for them (PostgreSQL refuses NUL)."""
    return _UNPRINTABLE.sub("", text)


# --- the request --------------------------------------------------------------------------------------


def _an_id(text: str) -> str:
    if _FHIR_ID.fullmatch(text) is None:
        raise ValueError(
            "not a FHIR id: letters, digits, '-', '.', at most 64; send the id alone, without 'Patient/'"
        )
    return text


def _a_uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError("not a UUID, such as d1577c69-dfbe-44ad-ba6d-3e05e953b2ea") from None


def _plain(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise ValueError("holds control characters; send plain text")
    return text


FhirId = Annotated[str, AfterValidator(_an_id)]
Uuid = Annotated[str, Field(max_length=64), AfterValidator(_a_uuid)]
Text = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_plain)]
BearerToken = Annotated[
    str, Field(pattern=r"^[\x21-\x7e]{1,16384}$")
]  # one header line: no spaces, no line ends


class Envelope(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class FhirAuthorization(Envelope):
    """A token for this one call (CDS Hooks 2.0, FHIR Resource Access): used, never stored, never logged."""

    access_token: BearerToken
    token_type: Annotated[str, Field(pattern=r"^(?i:bearer)$")] = "Bearer"  # noqa: S105
    expires_in: int | None = None
    patient: FhirId | None = None


class CdsRequest(Envelope):
    """One request; members we do not know are kept, since they can tell which client this is."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow")

    hook: Text
    hookInstance: Uuid
    context: Json  # checked against its hook's model in `hooks.parse_request`
    fhirServer: Text | None = None
    fhirAuthorization: FhirAuthorization | None = None
    prefetch: Json | None = None
    extension: Any = None  # an object, by the specification; whatever else it is costs nothing


def checked(model: type[Model], tree: object, where: str = "") -> Model:
    """The tree as this model, or a 400 with one problem for every member that is wrong."""
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)[:_PROBLEMS_SHOWN]
        raise Refused(400, *(_problem(dict(found), where) for found in problems)) from None


_SHOULD_BE = {
    "string_type": "should be a string",
    "dict_type": "should be an object",
    "model_type": "should be an object",
    "list_type": "should be a list",
    "tuple_type": "should be a list",
    "int_type": "should be an integer",
}


def _problem(found: Mapping[str, Any], where: str) -> Problem:
    path = ".".join(str(step) for step in (where, *found["loc"]) if step != "")
    if found["type"] == "missing":
        return Problem("required, and not in the request; send it", path, "required")
    says = _SHOULD_BE.get(found["type"]) or str(found["msg"]).removeprefix("Value error, ")
    return Problem(f"{says} (got {a_json(found['input'])})", path, "value")
