"""How a host EHR wants its CDS cards: the `cds:` part of its file."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_User = Annotated[str, Field(pattern=r"^[!-~]{1,256}$")]


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_Users = Annotated[tuple[_User, ...], BeforeValidator(_as_tuple)]


class CdsOptions(BaseModel):
    """The dialect its cards are written in, who sees them, and how many facts a visit may bring.

    `show: nobody` tracks silently: everything is evaluated, logged and counted, and no card is shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dialect: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,30}$")] | None = None
    show: Literal["everyone", "nobody"] | Annotated[tuple[_User, ...], BeforeValidator(_as_tuple)] = (
        "everyone"
    )
    facts_per_visit: Annotated[int, Field(ge=1, le=50)] = 6
    network: _Users = ()  # preferred for referrals

    def shows_to(self, user: str) -> bool:
        """Whether cards are shown to this user, as a call names them."""
        return self.show == "everyone" or (self.show != "nobody" and user in self.show)
