"""The cards on screen: what a service sent, made safe to show, and what became of each."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from smart_app.demo_ehr.hooks import Answer, Call

KEPT = 2000
INDICATORS = {"info": "Information", "warning": "Warning", "critical": "Critical"}
TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "ul", "ol", "li", "blockquote", "a", "hr",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Suggestion:
    id: str
    label: str
    recommended: bool
    actions: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Link:
    number: int
    label: str
    url: str
    smart: bool
    app_context: str | None


@dataclass(frozen=True)
class Reason:
    code: str
    system: str
    display: str


@dataclass(frozen=True)
class Shown:
    """A card on a patient's chart. `key` is ours; `uuid` is the service's: without it, no feedback."""

    key: str
    patient: str
    service_id: str
    uuid: str | None
    summary: str
    indicator: str
    lead: Markup  # the first paragraph of the detail
    proof: Markup  # the rest of it
    source: str
    source_url: str | None
    suggestions: tuple[Suggestion, ...]
    links: tuple[Link, ...]
    reasons: tuple[Reason, ...]
    became: str = ""  # "Accepted: ..." or "Dismissed: ..."
    made: tuple[str, ...] = ()  # references to what accepting created
    feedback: Call | None = None

    @property
    def indicator_word(self) -> str:
        return INDICATORS[self.indicator]


class Desk:
    """Cards by key, while anyone may still act on them. A card is settled once, whoever comes first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cards: OrderedDict[str, Shown] = OrderedDict()

    def lay_out(self, answer: Answer, patient: str) -> list[Shown]:
        """The readable cards of an answer, ready to be acted on."""
        cards = [
            show(card, str(answer.service["id"]), patient) for card in answer.cards if isinstance(card, dict)
        ]
        with self._lock:
            for card in cards:
                self._cards[card.key] = card
            while len(self._cards) > KEPT:
                self._cards.popitem(last=False)
        return cards

    def get(self, patient: str, key: str) -> Shown | None:
        with self._lock:
            card = self._cards.get(key)
        return card if card and card.patient == patient else None

    def settle(self, card: Shown, became: str) -> Shown | None:
        """Mark what became of a card; None when it was settled before."""
        with self._lock:
            if self._cards[card.key].became:
                return None
            self._cards[card.key] = settled = replace(card, became=became)
        return settled

    def keep(self, card: Shown) -> Shown:
        with self._lock:
            self._cards[card.key] = card
        return card


def show(card: Mapping[str, Any], service_id: str, patient: str) -> Shown:
    """One card of the answer; what is missing or of a wrong type shows as nothing, and fails nothing."""
    source = _mapping(card.get("source"))
    lead, proof = _parted(_text(card, "detail"))
    return Shown(
        key=uuid.uuid4().hex,
        patient=patient,
        service_id=service_id,
        uuid=_text(card, "uuid") or None,
        summary=_text(card, "summary"),
        indicator=indicator if (indicator := _text(card, "indicator")) in INDICATORS else "info",
        lead=rendered(lead),
        proof=rendered(proof),
        source=_text(source, "label"),
        source_url=_web_address(_text(source, "url")),
        suggestions=tuple(_suggestion(one) for one in _mappings(card.get("suggestions"))),
        links=tuple(
            link for number, one in enumerate(_mappings(card.get("links"))) if (link := _link(number, one))
        ),
        reasons=tuple(_reason(one) for one in _mappings(card.get("overrideReasons"))),
    )


def rendered(markdown: str) -> Markup:
    """GitHub markdown as HTML that cannot run or fetch anything: no raw HTML, no images, web links only."""
    html = nh3.clean(
        _MARKDOWN.render(markdown),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Markup(html)  # noqa: S704 - cleaned on the line above


def _parted(detail: str) -> tuple[str, str]:
    """The opening sentence, always in sight, and the rest, which folds; all of it when it opens otherwise."""
    lead, _, rest = detail.strip().partition("\n\n")
    return (lead, rest) if lead[:1].isalnum() else ("", detail)


def _suggestion(one: Mapping[str, Any]) -> Suggestion:
    actions = tuple(_mappings(one.get("actions")))
    return Suggestion(_text(one, "uuid"), _text(one, "label"), one.get("isRecommended") is True, actions)


def _link(number: int, one: Mapping[str, Any]) -> Link | None:
    url = _web_address(_text(one, "url"))
    if url is None:
        return None
    return Link(
        number, _text(one, "label"), url, one.get("type") == "smart", _text(one, "appContext") or None
    )


def _reason(one: Mapping[str, Any]) -> Reason:
    code, display = _text(one, "code"), _text(one, "display")
    return Reason(code, _text(one, "system"), display or code)


def _web_address(url: str) -> str | None:
    return url if url.startswith(("https://", "http://")) else None


def _text(held: Mapping[str, Any], name: str) -> str:
    value = held.get(name)
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
