"""Medicines that bear no code known here: told by their words, where these plainly name an ingredient.

A text such as "lithium carbonate 300 mg ER capsule" names lithium; "lithium level" and "stop lithium" do not
name what is taken. An RxNorm code that is not in our sets, such as a brand's, tells by the name beside it,
which nothing else may contradict. What is told so gets the code of the ingredient as one more coding, by
which checks find it, marked so that a card can say it. Words that leave a doubt tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from measures.event import Event
from measures.medication_said import medicine_of
from measures.orders.release_5 import in_words_of_r4
from measures.orders.word_list import WordList
from measures.record import PatientRecord
from measures.shapes import Resource, codings
from measures.terminology import INGREDIENT, RXNORM, CodeKey, Vocabulary
from measures.vocabulary import own_products

BY_WORDS = "throughline:told-by-words"
"""The url of the extension on a coding that is ours."""

_MARK = {"url": BY_WORDS, "valueBoolean": True}

_KINDS = ("MedicationRequest", "MedicationDispense", "MedicationAdministration", "MedicationStatement")
_OURS = "throughline:"  # how the urls of our own value sets begin, by which order checks ask
_MOST_KEPT = 10_000  # names of medicines: what records say is without end
_LONGEST = 300  # characters of a name; what is longer is a note
_NO_DOUBT = re.compile(r"\d\s*or\s*\d|\bno\.?\s*\d|\bliqui-?gels?\b|\bgel[ -]?caps?\b")
"""What only looks doubtful: "1 or 2 tablets", "codeine No. 3", and gel that is swallowed."""


class _Names(NamedTuple):
    """The ingredients by every name they have, as our own value sets name them, each of these with its code
    there; and what speaks against them.
    """

    called: Mapping[str, frozenset[str]]
    codes: Mapping[str, CodeKey]
    ingredients: WordList
    doubtful: WordList
    something_else: Mapping[str, WordList]
    alone: frozenset[str]
    between: re.Pattern[str]


@cache
def ingredient_names() -> _Names:
    """Read once, at start-up: no signing should wait for it."""
    read = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    codes = {
        name.lower(): key
        for key, name in own_products().items()
        if key[0] in (RXNORM, INGREDIENT) and not any(map(str.isdigit, name))
    }
    one_name = {name.split()[0]: name for name in sorted(codes, key=len, reverse=True)}  # lithium [carbonate]
    called = {name: frozenset({one_name[name.split()[0]]}) for name in codes}
    for other, names in read["also"].items():
        called[other] = frozenset().union(
            *(called[one] for one in ([names] if isinstance(names, str) else names))
        )
    return _Names(
        called,
        codes,
        WordList(called),
        WordList((*read["doubtful"], *read["local"])),
        {name: WordList(words) for name, words in read["something_else"].items()},
        frozenset(read["alone"]),
        re.compile(rf"(?:\b(?:{'|'.join(read['between'])})\b|[\s\d.,%/+&-])*"),
    )


def by_words(medicine: object, vocabulary: Vocabulary) -> frozenset[CodeKey] | None:
    """The codes of the ingredients that the words of a CodeableConcept plainly name; empty where they
    name none of ours so, None where its codes say what it is.
    """
    if not isinstance(medicine, Mapping):
        return None
    if is_known(medicine, vocabulary):
        return None
    told = told_in_words(medicine)
    another = any(system == RXNORM for system, _ in codings(medicine)) and any(texts_of(medicine))
    return None if another and not told else told


def is_known(medicine: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    """Whether a code of a CodeableConcept is in one of our own value sets: then its words are not asked what
    it is.
    """
    held = (vocabulary.oids_by_code.get(key, ()) for key in codings(medicine))
    return any(oid.startswith(_OURS) for oids in held for oid in oids)


def told_in_words(medicine: Mapping[str, Any]) -> frozenset[CodeKey]:
    """The same, whatever its codes say."""
    return _told_alike(tuple(texts_of(medicine)), tuple(_rxnorm_names(medicine)))


def told_by_text(text: str) -> frozenset[CodeKey]:
    """The codes of the ingredients that one text plainly names; empty where it does not."""
    return _told_alike((text,), ())


@lru_cache(_MOST_KEPT)
def _told_alike(texts: tuple[str, ...], rxnorm_names: tuple[str, ...]) -> frozenset[CodeKey]:
    """What all texts tell that tell anything. The names beside RxNorm codes must; what is doubtful in other
    words is then of no weight.
    """
    ingredients = ingredient_names().ingredients
    if not any(ingredients.may_be_in(text.lower()) for text in texts):  # as of most medicines
        return frozenset()
    told = {text: _told(text, is_mixture=text in rxnorm_names) for text in texts}
    if not rxnorm_names and None in told.values():
        return frozenset()
    meant = {found for found in told.values() if found} | {told[name] for name in rxnorm_names}
    return (meant.pop() if len(meant) == 1 else None) or frozenset()


def _told(text: str, *, is_mixture: bool) -> frozenset[CodeKey] | None:
    """The ingredients of one text: of several only those of a mixture, which what RxNorm names is. None where
    a word is doubtful.
    """
    names, text = ingredient_names(), text.lower()
    if names.doubtful.may_be_in(text) and names.doubtful.is_in(_NO_DOUBT.sub(" ", text)):
        return None
    called: set[str] = set()
    before = 0
    for phrase, start, end in names.ingredients.find(text[:_LONGEST]):
        ingredients = names.called[phrase]
        known_already = ingredients <= called or called <= ingredients
        if not (known_already or is_mixture or names.between.fullmatch(text, before, start)):
            return frozenset()
        called |= ingredients
        before = end
    meant = (name for name in called if not _is_something_else(name, text, called))
    return frozenset(names.codes[name] for name in meant)


def _is_something_else(name: str, text: str, called: Collection[str]) -> bool:
    names = ingredient_names()
    if name in names.alone:
        beside = re.search(rf"[-/+&]\s*{name}|{name}\s*[-/+&]|\band {name}", text)
        return beside is not None or any(other != name for other in called)
    words = names.something_else.get(name)
    return words is not None and words.is_in(text)


def _rxnorm_names(medicine: Mapping[str, Any]) -> Iterator[str]:
    """What stands beside its RxNorm codes."""
    for coding in medicine.get("coding") or ():
        name = coding.get("display")
        if coding.get("system") == RXNORM and isinstance(name, str) and name.strip():
            yield name


def texts_of(medicine: Mapping[str, Any]) -> Iterator[str]:
    """All that a CodeableConcept calls it."""
    said = [medicine.get("text"), *(coding.get("display") for coding in medicine.get("coding") or ())]
    yield from (text for text in said if isinstance(text, str) and text.strip())


def marked(system: str, code: str) -> dict[str, Any]:
    """A coding of ours: what words told."""
    return {"system": system, "code": code, "extension": [_MARK]}


def with_ingredients(
    order: Resource, medicine: Mapping[str, Any], codes: Iterable[CodeKey]
) -> dict[str, Any]:
    """The order with these ingredients as codings beside what its medicine says itself."""
    ours = [marked(system, code) for system, code in sorted(codes)]
    return {
        **order,
        "medicationCodeableConcept": {**medicine, "coding": [*(medicine.get("coding") or ()), *ours]},
    }


def told_by_words(record: PatientRecord) -> tuple[Mapping[str, dict[object, Resource]], int]:
    """The orders and supplies of a record, of each type of which any is told otherwise than it stands there:
    by words, with the ingredients as codes; by a reference or in R5, with the medicine in its place. And how
    many neither codes nor words tell.
    """
    return record.remember(told_by_words, lambda: _all_told(record))


def _all_told(record: PatientRecord) -> tuple[Mapping[str, dict[object, Resource]], int]:
    told: dict[str, dict[object, Resource]] = {}
    untold = 0
    for kind in _KINDS:
        for key, source in record.sources.get(kind, {}).items():
            try:
                as_told, is_untold = _as_told(record, source)
            except (AttributeError, TypeError):  # the record names it when it is asked for
                continue
            untold += is_untold
            if as_told is not source:
                told.setdefault(kind, dict(record.sources[kind]))[key] = as_told
    return told, untold


def _as_told(record: PatientRecord, source: Resource) -> tuple[Resource, bool]:
    """An order or a supply with its medicine where checks look for it, and whether nothing tells that.

    The resource itself, where it holds all that already.
    """
    plain = in_words_of_r4(source)
    medicine = medicine_of(record, plain)
    codes = by_words(medicine, record.vocabulary)
    if codes:
        return with_ingredients(plain, medicine, codes), False
    if medicine and not plain.get("medicationCodeableConcept"):
        plain = {**plain, "medicationCodeableConcept": medicine}
    return plain, codes is not None


def those_told(record: PatientRecord) -> list[Resource]:
    """The orders and supplies of a record that words tell, with their ingredients as codes."""
    held = told_by_words(record)[0].values()
    return [source for sources in held for source in sources.values() if _is_told(source)]


def tell(record: PatientRecord, told: Iterable[Resource]) -> None:
    """Of a record that was kept without its words: what these told, as `those_told` gave it."""
    found = dict(_all_told(record)[0])
    for source in told:
        kind = source["resourceType"]
        held = found.setdefault(kind, dict(record.sources.get(kind, {})))
        held[source["id"]] = source
    record.remember(told_by_words, lambda: (found, 0))


def is_told_by_words(event: Event) -> bool:
    """Whether what it is, a medicine or a result or a problem, was told by its words."""
    return _is_told(event.source)


def is_told_by_rxnorm(event: Event) -> bool:
    """Of one that was: whether these are the name beside an RxNorm code of its own."""
    medicine = event.source.get("medicationCodeableConcept") or {}
    own = {"coding": [one for one in medicine.get("coding", ()) if not _is_ours(one)]}
    return any(_rxnorm_names(own))


def _is_told(source: Resource) -> bool:
    told = source.get("medicationCodeableConcept") or source.get("code")
    held = told.get("coding") if isinstance(told, Mapping) else None
    return any(_is_ours(one) for one in held or () if isinstance(one, Mapping))


def _is_ours(coding: Mapping[str, Any]) -> bool:
    return coding.get("extension") == [_MARK]
