"""Settings: variables `THROUGHLINE_*`, over a YAML file named by `THROUGHLINE_CONFIG`, over the defaults."""

import logging
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from cds_service.outside.origins import checked_address, checked_origin, is_loopback, origin
from cds_service.outside.yaml_file import FileProblems, YamlFile, did_you_mean, read_yaml
from cds_service.roles import Role

PREFIX = "THROUGHLINE_"
CONFIG_VARIABLE = "THROUGHLINE_CONFIG"
SHORTEST_SECRET = 20


def _existing(path: Path) -> Path:
    if not path.exists():
        raise ValueError(f"there is no file or folder {str(path)!r}")
    return path


ExistingPath = Annotated[Path, AfterValidator(_existing)]


class SettingsError(ValueError):
    """Settings that cannot be used; the message lists every one of them with its mend."""


class Settings(BaseSettings):
    """Read once at start-up and never changed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    database_url: str = Field(
        "sqlite:///throughline.sqlite3",
        description="Where everything is stored: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.",
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Seals tokens and keys at rest; at least 20 characters, e.g. from "
        "`openssl rand -base64 32`. Required in production.",
    )
    previous_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Earlier secret keys, separated by commas: what they sealed stays readable."
    )
    base_url: str = Field(
        "http://127.0.0.1:8000",
        description="The public origin, as browsers and EHRs see it; JWT `aud` and redirect URIs begin so.",
    )
    bind: str = Field(
        "127.0.0.1:8000",
        pattern=r"^(\[[0-9a-fA-F:]+\]|[^:\s/]+):\d{1,5}$",
        description="`host:port` to listen on.",
    )
    workers: int = Field(2, ge=1, le=64, description="Server processes.")
    threads: int = Field(8, ge=1, le=256, description="Threads in each server process.")
    production: bool = Field(
        False,
        description="Refuse to start without a secret key; `throughline serve` sets it.",
    )
    demo: bool = Field(False, description="Running with the demo EHR; `throughline demo` sets it.")
    vocabulary: ExistingPath | None = Field(
        None,
        description="FHIR ValueSet JSON, file or folder; unset: the folder `throughline-vocabulary` where it "
        "exists, else the starter vocabulary, not for reporting.",
    )
    vsac_key: SecretStr | None = Field(
        None, description="API key of a UMLS profile, for `throughline vocabulary sync`."
    )
    vsac_url: str = Field(
        "https://cts.nlm.nih.gov/fhir",
        description="The FHIR service that `throughline vocabulary sync` asks for value sets.",
    )
    rules_dir: ExistingPath | None = Field(
        None, description="Folder of card rules used besides the built-in ones."
    )
    panel: ExistingPath | None = Field(
        None, description="Folder of Bulk FHIR on which the quality team tries changed card rules."
    )
    record_charts: int = Field(
        0,
        ge=0,
        le=5_000,
        description="Of how many patients of a host EHR the newest CDS call of each service is kept for dry "
        "runs of card rules: without the person, its dates moved, sealed. 0: none, and what was kept goes.",
    )
    prefetched_charts_mb: int = Field(
        4,
        ge=0,
        le=1_000,
        description="How much text of charts that CDS calls brought each server process keeps in memory for "
        "ten minutes, so that a chart that comes again is not read again; there it takes about ten times as "
        "much. 0: none.",
    )
    read_deadline_ms: int = Field(
        350,
        ge=10,
        le=10_000,
        description="Longest time a CDS call may spend reading from the host EHR, milliseconds.",
    )
    session_idle_minutes: int = Field(
        30, ge=1, le=720, description="A chart session unused for so many minutes is closed."
    )
    write_ledger_days: int = Field(
        30,
        ge=7,
        le=3650,
        description="What was written to host EHRs is remembered, by id, for so many days: long enough that "
        "nothing sent twice is written twice.",
    )
    staff_session_idle_minutes: int = Field(
        30, ge=1, le=720, description="Staff who do nothing for so many minutes are signed out."
    )
    staff_session_hours: int = Field(
        12, ge=1, le=72, description="Staff sign in again after so many hours, busy or not."
    )
    staff_oidc_issuer: str | None = Field(
        None,
        description="Issuer of the OpenID Connect provider that signs staff in, exactly as it writes it; "
        "unset: local accounts (`throughline staff add`).",
    )
    staff_oidc_client_id: str | None = Field(None, description="This app's client id at that provider.")
    staff_oidc_client_secret: SecretStr | None = Field(
        None,
        description="Its client secret; unset: `private_key_jwt` with the keys at `/.well-known/jwks.json`.",
    )
    staff_oidc_scope: str = Field("openid profile", description="Scopes asked for; `openid` among them.")
    staff_oidc_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Other origins on which that provider has addresses, separated by commas.",
    )
    staff_oidc_role_claim: str = Field(
        "groups", description="The claim of the id_token that decides the roles; `a.b` looks inside `a`."
    )
    staff_oidc_roles: Annotated[tuple[tuple[Role, str], ...], NoDecode] = Field(
        (),
        description="Which value of that claim gives which role: `admin=it-admins;quality=quality-team`.",
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="Reverse proxies in front of the server whose X-Forwarded-* headers are believed.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")

    @field_validator("previous_secret_keys", "staff_oidc_origins", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("staff_oidc_roles", mode="before")
    @classmethod
    def _split_into_pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = (part.partition("=") for part in value.split(";") if part.strip())
        return tuple((role.strip(), claimed.strip()) for role, _, claimed in pairs)

    @field_validator("staff_oidc_issuer")
    @classmethod
    def _may_be_called(cls, value: str | None) -> str | None:
        if value is not None:
            checked_address(value)  # kept as written: it is compared letter for letter with the token's `iss`
        return value

    @field_validator("staff_oidc_origins")
    @classmethod
    def _only_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(checked_origin(each) for each in value)

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("base_url")
    @classmethod
    def _only_an_origin(cls, value: str) -> str:
        return checked_origin(value)

    @field_validator("secret_key", "previous_secret_keys")
    @classmethod
    def _long_enough(cls, value: Any) -> Any:
        secrets = value if isinstance(value, tuple) else (value,)
        if any(secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET for secret in secrets):
            raise ValueError(
                f"shorter than {SHORTEST_SECRET} characters; make one with: openssl rand -base64 32"
            )
        return value

    @model_validator(mode="after")
    def _fit_for_production(self) -> "Settings":
        if self.production and self.secret_key is None:
            raise ValueError(
                f"{PREFIX}SECRET_KEY is required in production; make one with: openssl rand -base64 32"
            )
        return self

    @model_validator(mode="after")
    def _provider_is_complete(self) -> "Settings":
        if self.staff_oidc_issuer and not (self.staff_oidc_client_id and self.staff_oidc_roles):
            raise ValueError(
                f"{PREFIX}STAFF_OIDC_ISSUER needs {PREFIX}STAFF_OIDC_CLIENT_ID and {PREFIX}STAFF_OIDC_ROLES; "
                "else nobody could sign in"
            )
        return self

    @property
    def vocabulary_folder(self) -> Path:
        """Where the customer's value sets are, or will be when they are loaded."""
        return self.vocabulary or Path("throughline-vocabulary")

    @property
    def is_local(self) -> bool:
        """True when the public origin is this machine: plain http is then allowed."""
        return is_loopback(self.base_url)

    @property
    def origin(self) -> str:
        """The public origin, normalised."""
        return origin(self.base_url)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (pydantic-settings' own signature)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = _config_file()
        return init_settings, env_settings, InitSettingsSource(settings_cls, file.values if file else {})


def load_settings(**overrides: Any) -> Settings:
    """Settings of this process; overrides win over the environment, which wins over the file.

    Raises SettingsError listing every bad setting at once. An unknown THROUGHLINE_ variable is logged as a
    warning.
    """
    _warn_of_unknown_variables()
    try:
        return Settings(**overrides)
    except FileProblems as error:
        raise SettingsError(str(error)) from None
    except ValidationError as error:
        file = _config_file()
        problems = [_said(dict(problem), file, overrides) for problem in error.errors(include_url=False)]
        raise SettingsError("\n".join(problems)) from None


def _said(problem: dict[str, Any], file: YamlFile | None, overrides: dict[str, Any]) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return message
    name = str(problem["loc"][0])
    variable = PREFIX + name.upper()
    from_file = (
        file is not None and (name,) in file.lines and variable not in os.environ and name not in overrides
    )
    where = f"{file.at((name,))}: {name}" if from_file and file is not None else variable
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no such setting{did_you_mean(name, Settings.model_fields, 'README.md')}"
    shown = "" if "secret" in name or "url" in name else f" (it is {str(problem['input'])!r})"
    return f"{where}: {message}{shown}"


def _config_file() -> YamlFile | None:
    name = os.environ.get(CONFIG_VARIABLE)
    if not name:
        return None
    file = read_yaml(Path(name))
    if file.values is None:
        return YamlFile(file.path, {}, {})
    if not isinstance(file.values, dict) or not all(isinstance(key, str) for key in file.values):
        raise FileProblems([f"{file.path}:1: must be a list of settings such as `workers: 2`"])
    return file


def _warn_of_unknown_variables() -> None:
    known = {CONFIG_VARIABLE} | {PREFIX + name.upper() for name in Settings.model_fields}
    for variable in sorted(set(os.environ) - known):
        if variable.startswith(PREFIX):
            logging.getLogger(__name__).warning("%s is no setting of Throughline and is ignored", variable)
