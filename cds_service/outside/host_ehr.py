"""A host EHR as its administrator writes it down: one YAML file, read with all its problems at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from cds_service.outside import clock
from cds_service.outside.cds_options import WRITTEN, CdsOptions
from cds_service.outside.origins import checked_address, checked_origin, origin
from cds_service.outside.time_zones import checked_zone, zone
from cds_service.outside.yaml_file import FileProblems, Place, YamlFile, did_you_mean, read_yaml
from cds_service.profiles import Profile, checked_profile, profiles
from measures.gather import Query

_LARGEST_KEY_FILE = 256 * 1024


def check_public_keys(jwks: dict[str, Any]) -> None:
    """ValueError unless this is a JSON Web Key set (RFC 7517) of public RSA and EC keys, at least one."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
        raise ValueError('the key set is empty; it should read {"keys": [...]}')
    for key in keys:
        if key.get("kty") not in {"RSA", "EC"}:
            raise ValueError(f"key {key.get('kid')!r} is not an RSA or EC key")
        if "d" in key:
            raise ValueError(
                f"key {key.get('kid')!r} is a private key; ask for the public key set and replace that key"
            )
    try:
        KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"the key set cannot be used ({error})") from None


def _words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


def _absolute_id(value: str) -> str:
    """An issuer is compared letter for letter with the token's `iss`, so it is kept as written."""
    if value.startswith("http"):
        checked_address(value)
    return value


def _without_a_page(value: str) -> str:
    """Browsers show the base with a page behind it, and that is what people copy."""
    for page in ("/metadata", "/.well-known/smart-configuration"):
        if value.endswith(page):
            raise ValueError(f"{value!r} is a page of the FHIR base; leave `{page}` out")
    return value


Address = Annotated[str, AfterValidator(checked_address)]
FhirBase = Annotated[str, AfterValidator(checked_address), AfterValidator(_without_a_page)]
Origin = Annotated[str, AfterValidator(checked_origin)]
Printable = Annotated[str, Field(pattern=r"^[!-~]+$", max_length=2000)]  # no space, no control character
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
SiteValue = Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SmartClient(_Part):
    """How this app is registered at the host EHR's authorization server."""

    client_id: Annotated[str, Field(pattern=r"^[ -~]+$", max_length=500)]
    auth: Literal["public", "secret", "private_key_jwt"]
    secret: SecretStr | None = Field(None, validate_default=True)
    scopes: Annotated[tuple[Printable, ...], BeforeValidator(_words)] = Field(min_length=1)
    # Where sign-in may happen besides the FHIR base's own origin (e.g. a hospital's identity provider).
    origins: tuple[Origin, ...] = ()

    @field_validator("secret")  # of the field, so that it is told beside whatever else is wrong
    @classmethod
    def _fits_auth(cls, secret: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        given = secret is not None and secret.get_secret_value() != ""
        if "auth" in others.data and (others.data["auth"] == "secret") != given:
            raise ValueError("is needed with `auth: secret`, and only then")
        return secret


class CdsClient(_Part):
    """One issuer of CDS Hooks calls, and where its public keys are."""

    iss: Annotated[Printable, AfterValidator(_absolute_id)]
    jku: Address | None = None
    jwks_file: Path | None = None
    jwks: dict[str, Any] | None = None
    tenant: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    origins: tuple[Origin, ...] = ()

    @model_validator(mode="after")
    def _one_place_for_keys(self) -> "CdsClient":
        if self.jku is not None and (self.jwks is not None or self.jwks_file is not None):
            raise ValueError("give `jku` or `jwks_file`, not both")
        if self.jku is None and self.jwks is None and self.jwks_file is None:
            raise ValueError("its public keys are missing; give `jku: https://...` or `jwks_file: keys.json`")
        if self.jwks is not None:
            check_public_keys(self.jwks)
        return self


class HostEhr(_Part):
    """One registered FHIR endpoint with its CDS clients and its SMART client."""

    name: Name
    fhir_base: FhirBase
    profile: Annotated[str, AfterValidator(checked_profile)] = "generic"
    # What the profile's searches need to know, such as athena's practice.
    site: dict[str, SiteValue] = Field({}, validate_default=True)
    smart: SmartClient | None = None
    cds_clients: tuple[CdsClient, ...] = ()
    frame_ancestors: tuple[Origin, ...] = ()
    time_zone: Annotated[str, AfterValidator(checked_zone)] = "UTC"  # whose calendar days its people live by
    test_of: Name | None = None  # the production host EHR of which this is the vendor's test system
    cds: CdsOptions = CdsOptions()

    @field_validator("site")
    @classmethod
    def _fits_profile(cls, site: dict[str, str], others: ValidationInfo) -> dict[str, str]:
        profile = others.data.get("profile")
        asked = profiles()[profile].site if profile else tuple(site)
        wrong = [f"profile {profile} needs `{name}: ...` here" for name in asked if name not in site]
        wrong += [f"profile {profile} knows no `{name}`; leave it out" for name in site if name not in asked]
        if wrong:
            raise ValueError("; ".join(wrong))
        return site

    @model_validator(mode="after")
    def _tests_another(self) -> "HostEhr":
        if self.test_of == self.name:
            raise ValueError("`test_of` names the production system, and this is its own name; leave it out")
        return self

    @property
    def behaves_as(self) -> Profile:
        """What this kind of EHR understands."""
        return profiles()[self.profile]

    def queries(self, plain: Iterable[Query]) -> tuple[Query, ...]:
        """The plain questions, in the form in which this EHR answers them."""
        return self.behaves_as.queries(plain, self.site)

    @property
    def zone(self) -> tzinfo:
        return zone(self.time_zone)

    def today(self) -> date:
        """The calendar day where its patients are."""
        return clock.today(self.zone)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the FHIR base: the one place its data may be read from."""
        return origin(self.fhir_base)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a host EHR: where, as keys from the outside in, and what."""

    place: Place
    what: str

    @property
    def name(self) -> str:
        """The place, as it is written in messages: `cds_clients.0.jku`."""
        return ".".join(map(str, self.place))

    def __str__(self) -> str:
        return f"{self.name}: {self.what}" if self.name else self.what


class HostEhrProblems(ValueError):
    """Everything that is wrong with a host EHR that is not (or not yet) a file."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def checked_host_ehr(document: Any) -> HostEhr:
    """The host EHR these values describe, whoever wrote them down; HostEhrProblems lists all faults."""
    try:
        written = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)
        return HostEhr.model_validate_json(written, context=WRITTEN)
    except ValidationError as error:
        raise HostEhrProblems([_said(dict(each)) for each in error.errors(include_url=False)]) from None


def read_host_ehr(path: Path) -> HostEhr:
    """Read a host EHR file; FileProblems lists everything that is wrong with it, by line.

    A `jwks_file` is looked for beside the YAML file and its content is taken over.
    """
    file = read_yaml(path)
    if not isinstance(file.values, dict):
        raise FileProblems([f"{path}:1: a host EHR file begins with `name: ...`"])
    problems: list[str] = []
    document = _with_key_files(file, problems)
    try:
        found = checked_host_ehr(document)
    except HostEhrProblems as error:
        problems += [f"{file.at(problem.place)}: {problem}" for problem in error.problems]
    if problems:
        raise FileProblems(sorted(problems, key=_line_of))
    return found


def _with_key_files(file: YamlFile, problems: list[str]) -> dict[Any, Any]:
    document = dict(file.values)
    clients = document.get("cds_clients")
    if not isinstance(clients, list):
        return document
    document["cds_clients"] = [dict(client) if isinstance(client, dict) else client for client in clients]
    for number, client in enumerate(document["cds_clients"]):
        if not isinstance(client, dict) or client.keys() & {"jwks", "jku"}:
            continue
        if isinstance(client.get("jwks_file"), str):
            place = file.at(("cds_clients", number, "jwks_file"))
            try:
                client["jwks"] = _read_keys(file.path.parent / client["jwks_file"])
            except ValueError as error:
                problems.append(f"{place}: cds_clients.{number}.jwks_file: {error}")
    return document


def _read_keys(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_KEY_FILE + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from None
    if len(raw) > _LARGEST_KEY_FILE:
        raise ValueError(f"{path} is larger than {_LARGEST_KEY_FILE // 1024} KB")
    try:
        keys = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path} is not JSON ({error})") from None
    if not isinstance(keys, dict):
        raise ValueError(f'{path} is not a key set; it should read {{"keys": [...]}}')
    return keys


_MODELS: dict[str, type[BaseModel]] = {"smart": SmartClient, "cds_clients": CdsClient, "cds": CdsOptions}


_WORDS = {  # pydantic's kinds of error, in the words of whoever writes the file
    "missing": "is missing",
    "string_type": "should be text; put it in quotes",
    "string_pattern_mismatch": "use small letters, digits and hyphens, at most 63",
    "tuple_type": "should be a list; begin each entry with `- `",
    "too_short": "needs at least one",
    "dict_type": "should be keys with values, such as `name: value`",
    "model_type": "should be keys with values, such as `client_id: throughline`",
    "model_attributes_type": "should be keys with values, such as `client_id: throughline`",
}


def _said(problem: dict[str, Any]) -> Problem:
    place: Place = problem["loc"]
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        model = _MODELS.get(str(place[0]), HostEhr) if len(place) > 1 else HostEhr
        return Problem(place, f"there is no such key{did_you_mean(place[-1], list(model.model_fields))}")
    if problem["type"] == "string_pattern_mismatch" and place not in (("name",), ("test_of",)):
        return Problem(place, "has a space or another character that is not printed")
    if problem["type"] == "dict_type" and place[-1] == "jwks":
        return Problem(place, 'is not a JSON key set; it should read {"keys": [...]}')
    return Problem(place, _WORDS.get(problem["type"], message))


def _line_of(problem: str) -> int:
    return next((int(part) for part in problem.split(": ", 1)[0].rsplit(":", 1)[1:] if part.isdigit()), 0)
