"""The keys of a rule file, part by part: what a schema can see of them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from cds_service.inline_test import TestPart
from cds_service.reasons import OVERRIDE_REASONS
from measures.measure import GapStatus

_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Words = Annotated[str, Field(min_length=1, max_length=4000)]
Texts = Annotated[list[Words], BeforeValidator(_as_list), Field(min_length=1, max_length=5)]
Slug = Annotated[str, Field(pattern=_SLUG, max_length=80)]


class WhenGap(_Part):
    """A measure's step is still to be taken."""

    measure: str
    next_step: Texts
    status: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default=[GapStatus.OPEN.value], min_length=1
    )
    while_closable: bool = False


class WhenCheck(_Part):
    """An order check found something."""

    check: str


class WhenRisk(_Part):
    """The risk reading moved."""

    risk: str


class WhenUnread(_Part):
    """Order checks could not be made for want of resources of a type."""

    unread: str


When = WhenGap | WhenCheck | WhenRisk | WhenUnread


class Effective(_Part):
    """From and until which day the rule holds, both included."""

    since: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None


class SuggestionPart(_Part):
    label: Annotated[str, Field(min_length=1, max_length=80)]
    draft: Texts


class OpenPart(_Part):
    """A link into the app that lands on one item of it."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    item: Annotated[str, Field(pattern=r"^[a-z0-9]+([-/][a-z0-9]+)*$", max_length=100)]


class CardPart(_Part):
    indicator: Literal["info", "warning"]
    summary: Texts
    detail: Texts | None = None
    suggestion: SuggestionPart | None = None
    open: OpenPart | None = None
    override_reasons: list[str] = Field(default=list(OVERRIDE_REASONS))


class RuleFile(_Part):
    """All keys of a rule; `when` is read by the kind of condition it names."""

    id: Slug
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]{0,31}$")]
    owner: Annotated[str, Field(min_length=1, max_length=200)]
    citation: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    effective: Effective = Effective()
    hook: Texts
    concern: str | None = None
    fact: Slug | None = None
    priority: Annotated[int, Field(ge=1, le=100)]
    when: Any
    card: CardPart
    tests: Annotated[list[TestPart], Field(max_length=50)] = []
