"""Cards: what each must have, on the cards that the services answered to a good request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from cds_service.conformance.rule import expect, rule
from cds_service.conformance.subject import Json, Skipped, Subject, cards_of

_CARD = "CDS Hooks 2.0, Card Attributes"
_ADDRESS = re.compile(r"https?://[^\s/]+")
_REVERSED = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9_-]+)+")
_LONGEST_SUMMARY = 139


@rule(f"{_CARD}: summary", "keep the summary under 140 characters")
def every_summary_is_short(subject: Subject) -> str:
    """`summary` is required, under 140 characters."""

    def holds(card: Json) -> bool:
        return _text(card.get("summary")) and len(card["summary"]) <= _LONGEST_SUMMARY

    return _each(subject, holds, "summary missing or too long")


@rule(f"{_CARD}: indicator", "use info, warning or critical")
def every_indicator_is_known(subject: Subject) -> str:
    """`indicator` is info, warning or critical."""
    return _each(subject, lambda card: card.get("indicator") in ("info", "warning", "critical"), "indicator")


@rule("CDS Hooks 2.0, Source", "say whose word a card is in `source.label`")
def every_card_has_a_source(subject: Subject) -> str:
    """`source.label` is required."""
    return _each(
        subject,
        lambda card: isinstance(card.get("source"), dict) and _text(card["source"].get("label")),
        "source.label",
    )


@rule(f"{_CARD}: detail", "send the detail as markdown text")
def every_detail_is_text(subject: Subject) -> str:
    """`detail`, where there is one, is GitHub flavoured markdown."""
    return _each(subject, lambda card: isinstance(card.get("detail", ""), str), "detail is no text")


@rule("CDS Hooks 2.0, Feedback", "give each card a uuid of its own")
def every_card_can_be_told_apart(subject: Subject) -> str:
    """`uuid` is needed for feedback, and no two cards share one."""
    uuids = [card.get("uuid") for card in subject.cards()]
    expect(all(map(_text, uuids)), "a card has no uuid")
    expect(len(set(uuids)) == len(uuids), "two cards have one uuid")
    return f"{len(uuids)} cards"


@rule(f"{_CARD}: uuid", "make a new uuid for each card of each answer")
def every_answer_has_uuids_of_its_own(subject: Subject) -> str:
    """A card is one of one answer: feedback on it must not be taken for feedback on another."""
    before = {card.get("uuid") for card in subject.cards()}
    again = [card for service in subject.services for card in cards_of(subject.call(service))]
    if not again:
        raise Skipped("a call that comes again is answered without a card")
    expect(before.isdisjoint(card.get("uuid") for card in again), "two answers have a uuid in common")
    return f"{len(again)} cards came again"


@rule("CDS Hooks 2.0, Source: topic", "give the topic, where there is one, a code")
def every_topic_is_coded(subject: Subject) -> str:
    """`source.topic` is a Coding; those who analyse cards count by its code."""

    def holds(card: Json) -> bool:
        source = card.get("source")
        topic = source.get("topic", {"code": "none"}) if isinstance(source, dict) else {"code": "none"}
        return isinstance(topic, dict) and _text(topic.get("code"))

    return _each(subject, holds, "a topic without a code")


@rule("CDS Hooks 2.0, Extensions", "make an extension an object whose keys are domain names, reversed")
def every_extension_is_named_by_its_owner(subject: Subject) -> str:
    """`extension`, where there is one, is an object; its keys say whose they are."""

    def holds(card: Json) -> bool:
        extension = card.get("extension", {})
        return isinstance(extension, dict) and all(_REVERSED.fullmatch(key) for key in extension)

    return _each(subject, holds, "an extension that is no object, or with a key of nobody's")


@rule(f"{_CARD}: selectionBehavior", "send selectionBehavior any or at-most-one with suggestions")
def suggestions_come_with_a_selection_behavior(subject: Subject) -> str:
    """`selectionBehavior` is required with suggestions."""
    return _each(
        subject,
        lambda card: "suggestions" not in card or card.get("selectionBehavior") in ("any", "at-most-one"),
        "selectionBehavior",
    )


@rule("CDS Hooks 2.0, Suggestion: isRecommended", "recommend at most one where only one may be chosen")
def at_most_one_suggestion_is_recommended(subject: Subject) -> str:
    """With at-most-one, at most one suggestion is recommended."""

    def holds(card: Json) -> bool:
        recommended = [one for one in _list(card, "suggestions") if one.get("isRecommended")]
        return card.get("selectionBehavior") != "at-most-one" or len(recommended) <= 1

    return _each(subject, holds, "more than one is recommended")


@rule("CDS Hooks 2.0, Suggestion", "give every suggestion a label")
def every_suggestion_has_a_label(subject: Subject) -> str:
    """`label` is required."""
    return _each(
        subject,
        lambda card: all(_text(one.get("label")) for one in _list(card, "suggestions")),
        "suggestion label",
    )


@rule("CDS Hooks 2.0, Action", "name type and description; a resource to create or update, an id to delete")
def every_action_is_complete(subject: Subject) -> str:
    """An action has type and description, and what it acts on."""

    def holds(card: Json) -> bool:
        return all(map(_complete, _actions(card)))

    return _each(subject, holds, "an action is not complete")


@rule("CDS Hooks 2.0, overrideReasons", "give each reason code, system and display")
def every_override_reason_is_coded(subject: Subject) -> str:
    """A reason has code, system and display."""

    def holds(card: Json) -> bool:
        reasons = _list(card, "overrideReasons")
        return all(_text(one.get(name)) for one in reasons for name in ("code", "system", "display"))

    return _each(subject, holds, "an override reason lacks code, system or display")


@rule("CDS Hooks 2.0, Link", "give each link label, url and type absolute or smart")
def every_link_is_complete(subject: Subject) -> str:
    """A link has label, url and a type."""

    def holds(card: Json) -> bool:
        return all(
            _text(one.get("label")) and _text(one.get("url")) and one.get("type") in ("absolute", "smart")
            for one in _list(card, "links")
        )

    return _each(subject, holds, "a link lacks label, url or type")


@rule("CDS Hooks 2.0, Link: url", "send the whole address, with https://")
def every_link_is_a_whole_address(subject: Subject) -> str:
    """A client opens `url` as it stands, from pages of its own."""

    def holds(card: Json) -> bool:
        return all(_ADDRESS.match(str(one.get("url"))) for one in _list(card, "links"))

    return _each(subject, holds, "a link that is no whole address")


@rule("CDS Hooks 2.0, Link: appContext", "send appContext with smart links only")
def only_smart_links_have_an_app_context(subject: Subject) -> str:
    """`appContext` is for links of type smart."""

    def holds(card: Json) -> bool:
        return all(one.get("type") == "smart" for one in _list(card, "links") if "appContext" in one)

    return _each(subject, holds, "an absolute link has an appContext")


@rule("CDS Hooks 2.0, JSON", 'leave members without a value out: no null, "", [] or {}')
def no_card_sends_an_empty_member(subject: Subject) -> str:
    """Optional members without a value are omitted."""
    return _each(
        subject, lambda card: not any(v in (None, "", [], {}) for v in card.values()), "empty members"
    )


@rule("CDS Hooks 2.0, System Actions", "leave systemActions out, or send a list of complete actions")
def system_actions_are_complete(subject: Subject) -> str:
    """`systemActions`, where there are any, are actions."""
    for service in subject.services:
        tree = subject.answer(service).tree
        actions = tree.get("systemActions", [_NOTHING]) if isinstance(tree, dict) else [_NOTHING]
        fine = (
            isinstance(actions, list)
            and actions
            and all(isinstance(a, dict) and _complete(a) for a in actions)
        )
        expect(fine, f"{service['id']}: systemActions")
    return "none, or complete"


_NOTHING: Json = {"type": "delete", "description": "nothing", "resourceId": "none"}


def _each(subject: Subject, holds: Callable[[Json], object], wrong: str) -> str:
    cards = list(subject.cards())
    for card in cards:
        expect(holds(card), f"{wrong}: {str(card.get('summary'))[:60]!r}")
    return f"{len(cards)} cards"


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _list(card: Json, name: str) -> list[Json]:
    found = card.get(name)
    return [one if isinstance(one, dict) else {} for one in found] if isinstance(found, list) else []


def _actions(card: Json) -> Iterator[Json]:
    for suggestion in _list(card, "suggestions"):
        yield from _list(suggestion, "actions")


def _complete(action: Json) -> bool:
    on_what = {"create": "resource", "update": "resource", "delete": "resourceId"}.get(
        str(action.get("type"))
    )
    return on_what is not None and _text(action.get("description")) and bool(action.get(on_what))
