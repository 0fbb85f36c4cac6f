"""How a host EHR wants its CDS cards: the `cds:` part of its file."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from cds_service.outside.yaml_file import did_you_mean, read_yaml

DIALECTS = Path(__file__).parent.parent / "dialects"
WRITTEN = "written by an administrator"
"""Of the validation's context: a name of nothing is a mistake. One that is stored already may have lost its
dialect with an upgrade, and must not take the whole register with it.
"""
_Reference = Annotated[str, Field(pattern=r"^[!-~]{1,256}$")]


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def known_dialects() -> tuple[str, ...]:
    """The ids of the dialects there are, read without what their cards are made of."""
    return tuple(read_yaml(path).values["id"] for path in sorted(DIALECTS.glob("*.yaml")))


def _there_is(dialect: str, info: ValidationInfo) -> str:
    if info.context == WRITTEN and dialect not in known_dialects():
        raise ValueError(f"there is no dialect {dialect!r}{did_you_mean(dialect, list(known_dialects()))}")
    return dialect


def _in_one_sentence(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Else pydantic tells what is wrong once for each of the two forms, under names of its own."""
    try:
        return read(value)
    except ValidationError:
        raise ValueError(
            "should be `everyone`, `nobody` or a list of users as calls name them, such as `Practitioner/12`"
        ) from None


_References = Annotated[tuple[_Reference, ...], BeforeValidator(_as_tuple)]


class CdsOptions(BaseModel):
    """The dialect its cards are written in, who sees them, and how many facts a visit may bring.

    `show: nobody` tracks silently: everything is evaluated, logged and counted, and no card is shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dialect: Annotated[str, Field(max_length=100), AfterValidator(_there_is)] | None = None
    show: Annotated[Literal["everyone", "nobody"] | _References, WrapValidator(_in_one_sentence)] = "everyone"
    facts_per_visit: Annotated[int, Field(ge=1, le=50)] = 6
    network: _References = ()  # preferred for referrals

    def shows_to(self, user: str) -> bool:
        """Whether cards are shown to this user, as a call names them."""
        return self.show == "everyone" or (self.show != "nobody" and user in self.show)
