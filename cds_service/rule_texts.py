"""What can be wrong with the texts of a card rule: what nothing fills, what does not fit, what could do harm.

A detail is GitHub markdown, and a host EHR renders it as it comes: the values in it are escaped, so a rule's
own words may hold nothing that a renderer could run, load or lead away to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import unescape

from cds_service.outside.yaml_file import Place, did_you_mean
from cds_service.rule_parts import CardPart, RuleFile
from cds_service.wording import placeholders
from measures.measure import Measure
from measures.orders.check import OrderCheck

LONGEST_SUMMARY = 139  # characters; CDS Hooks 2.0, Card.summary: under 140
LISTING = "throughline rules names"
"""The command that lists what a rule may name; with a measure or an order check, its steps and texts."""
Meant = Sequence[Measure] | Sequence[OrderCheck]
_ROOM_FOR_VALUES = 12  # characters kept free for each placeholder: a date, or a result with its unit
_HTML = re.compile(r"<[a-zA-Z/!?][^>\s]{0,20}")
_DEFINED = re.compile(r"^\s*\[[^\]]+\]:", re.MULTILINE)
_TARGET = re.compile(r"\]\(\s*([^)\s]*)")
_BARE = re.compile(r"\b(?:[a-z][a-z0-9+.-]*://|www\.)[^\s)>\]]+", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})  # categories of Unicode


def near(word: str, known: list[str], meant: Meant) -> str:
    """As `did_you_mean`; where nobody knows which measure or check is meant, all names of all are no help."""
    if len(meant) == 1:
        return did_you_mean(word, known, f"`{LISTING} {meant[0].id}`")
    says = did_you_mean(word, known)
    return says if says.endswith("?") or not meant else ""


def read_along(card: CardPart) -> Iterator[tuple[Place, str]]:
    """The texts that stand where others can read them, with their places: all but the detail."""
    yield from ((("card", "summary", number), text) for number, text in enumerate(card.summary))
    for name, part in (("suggestion", card.suggestion), ("open", card.open)):
        if part is not None:
            yield ("card", name, "label"), part.label


def text_problems(text: str, known: list[str] | None, meant: Meant, *, short: bool) -> Iterator[str]:
    try:
        names = placeholders(text)
    except ValueError as error:
        yield str(error)
        return
    for name in names:
        if known is not None and name not in known:
            yield f"nothing is called {{{name}}}{near(name, known, meant)}"
    if not short:
        return
    if "\n" in text.strip():
        yield "a summary is one line"
    shortest = len(text) - sum(len(name) + 2 - _ROOM_FOR_VALUES for name in names)
    if shortest > LONGEST_SUMMARY:
        yield f"about {shortest} characters with its values; a summary has at most {LONGEST_SUMMARY}"


def every_text(rule: RuleFile) -> Iterator[tuple[Place, str]]:
    """The words of a rule that people read, with their places."""
    yield ("owner",), rule.owner
    if rule.citation:
        yield ("citation",), rule.citation
    yield from read_along(rule.card)
    yield from ((("card", "detail", number), text) for number, text in enumerate(rule.card.detail or ()))
    yield from ((("tests", number, "says"), test.says) for number, test in enumerate(rule.tests))


def unsafe(text: str, place: Place, citation: str) -> Iterator[str]:
    """What a text holds that could do harm, each with its mend. Only a detail may link, and only to an https
    address that the rule's citation names; a citation itself is never rendered.
    """
    unseen = dict.fromkeys(
        one for one in unescape(text) if unicodedata.category(one) in _UNSEEN and one != "\n"
    )
    for one in unseen:
        named = unicodedata.name(one, "a control character")
        yield f"holds U+{ord(one):04X} ({named.lower()}), which nobody sees; take it out"
    if place == ("citation",):
        return
    if tag := _HTML.search(text):
        yield f"holds HTML ({tag[0]}); write words, with **bold** or lists at most"
    if "![" in text:
        yield "holds an image; say in words what it shows"
    targets = [*_TARGET.findall(text), *_BARE.findall(_TARGET.sub("](", text)), *_DEFINED.findall(text)]
    cited = {address.rstrip(".,;") for address in _BARE.findall(citation)}
    for target in dict.fromkeys(targets):
        if "detail" not in place:
            yield f"holds a link ({target}); only a detail may"
        elif not (target.startswith("https://") and target.rstrip(".,;") in cited):
            yield f"links to {target or 'nowhere'}; only an https address that `citation` names can be linked"
