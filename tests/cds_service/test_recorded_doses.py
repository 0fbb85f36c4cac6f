"""Doses that only words tell, on a recorded call: its rules say what they said, and the words are gone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey

from cds_service.answering import Parts
from cds_service.outside.recorded_charts import RecordedCharts
from cds_service.rules import in_order
from cds_service.trial import Orders, Trial
from cds_service.wiring import Wiring
from measures.orders.retold import dose_retold
from measures.terminology import RXNORM
from measures.vocabulary import starter_vocabulary
from tests.cds_service import test_recording
from tests.cds_service.calls import CdsClient, patient
from tests.cds_service.test_recording import BOOK, SIGN, one, service
from tests.clinic import event
from tests.measures.orders.test_named_medicines import order, taken

Json = dict[str, Any]
store = test_recording.store
TRIAL = Trial(BOOK.known.catalog, starter_vocabulary(), BOOK.known.checks, BOOK.known.drafts)
OF_A_PERSON = "for Quillfeather syndrome"
AT_70 = "1956-03-03"
ABOUT_DOSES = ("citalopram-dose", "opioid-without-naloxone", "older-adults")
FIGURE = re.compile(r"(?:at least )?[\d.,]+ (?:mg|MME) a day(?: in all)?")


@pytest.fixture
def client(wiring: Wiring, parts: Parts, key: ECKey, store: RecordedCharts) -> CdsClient:
    """Riverside's client of a service that knows RxNorm, and records."""
    return service(wiring, replace(parts, vocabulary=starter_vocabulary()), key, store)


def dosed(words: str, **more: Any) -> Json:
    return {"dosageInstruction": [{"text": f"{words} {OF_A_PERSON}", **more}]}


def by_reference(name: str, words: str) -> Json:
    draft = {"status": "draft", "intent": "order", "medicationReference": {"display": name}}
    return event("MedicationRequest", **draft | dosed(words))


OFTEN = {"timing": {"code": {"text": "4 times daily"}}}
MASS = {"doseAndRate": [{"doseQuantity": {"value": 20, "unit": "mg"}}]}
FOUR_TIMES_20_MG = {"dosageInstruction": [OFTEN | MASS]}
OWN_CODE = {"system": RXNORM, "code": "1049621", "display": "oxyCODONE hydrochloride 5 MG Oral Tablet"}
CASES: dict[str, tuple[list[Json], list[Json], bool]] = {
    "too much citalopram": (
        [],
        [order("Citalopram (CELEXA) 40 mg tablet", **dosed("Take 1 tablet (40 mg total) by mouth daily"))],
        True,
    ),
    "citalopram within the limit": (
        [],
        [order("Citalopram (CELEXA) 20 mg tablet", **dosed("Take 1 tablet (20 mg total) by mouth daily"))],
        False,
    ),
    "citalopram beside what is taken already": (
        [taken("Citalopram 10 mg tablet", **dosed("1 tablet nightly"))],
        [order("Citalopram 20 mg tablet", **dosed("Take 1 tablet by mouth every morning"))],
        True,
    ),
    "citalopram, more in the evening": (
        [],
        [order("citalopram 10 mg", **dosed("1 tab in the morning and 2 tabs at bedtime"))],
        True,
    ),
    "an opioid, at most": (
        [],
        [order("oxycodone 5 mg", **dosed("Take 1-2 tablets every 4 to 6 hours as needed"))],
        True,
    ),
    "an opioid, a little": ([], [order("oxycodone 5 mg", **dosed("Take 1 tablet twice daily"))], False),
    "an opioid of a mixture": (
        [],
        [order("Hydrocodone-acetaminophen (NORCO) 10-325 mg per tablet", **dosed("1 tab every 4 hours"))],
        True,
    ),
    "patches": (
        [],
        [order("fentaNYL (DURAGESIC) 25 mcg/hr", **dosed("Place 1 patch onto the skin every 72 hours"))],
        True,
    ),
    "by reference": ([], [by_reference("oxycodone 10 mg tablet", "1 tablet every 4 hours")], True),
    "of a product known by its code": (
        [],
        [order("Roxicodone", OWN_CODE, **dosed("Take 3 tablets 4 times daily"))],
        True,
    ),
    "how often in words": ([], [order("oxycodone", **FOUR_TIMES_20_MG)], True),
    "a medicine for sleep": ([], [order("doxepin 3 mg tablet", **dosed("Take 2 tablets at bedtime"))], False),
    "too much of it": ([], [order("doxepin 10 mg capsule", **dosed("Take 1 capsule at bedtime"))], True),
    "words in doubt": ([], [order("citalopram 40 mg", **dosed("Take 1 tablet daily unless drowsy"))], False),
}


@pytest.mark.parametrize(("record", "drafts", "warned"), CASES.values(), ids=CASES)
def test_a_dry_run_says_what_the_call_said(
    client: CdsClient, store: RecordedCharts, record: list[Json], drafts: list[Json], warned: bool
):
    said = about_doses(client.cards_at_signing(record, *drafts, who=patient(birthDate=AT_70)))
    found = one(store, SIGN)
    rules = in_order(BOOK.base, BOOK.known.checks)
    case = TRIAL.case(rules, found.record(TRIAL.vocabulary), found.as_of, Orders(found.drafts))

    assert about_doses(card.json for card in TRIAL.cards(rules, case)) == said
    assert bool(said) is warned
    (document,) = store.all("riverside", SIGN)
    for word in (b"Quillfeather", b"syndrome", b"mouth", b"CELEXA", b"NORCO", b"drowsy"):
        assert word not in document


def about_doses(cards: Iterable[Json]) -> dict[str, list[str]]:
    """What the cards that hang on a dose say of it."""
    told = ((card["source"]["topic"]["display"], card) for card in cards)
    return {
        name: FIGURE.findall(f"{card['summary']} {card['detail']}")
        for name, card in told
        if name in ABOUT_DOSES
    }


def test_what_a_supply_lasts_stays_as_unknown_as_it_was(client: CdsClient, store: RecordedCharts):
    """A dose put into elements would tell how long 30 tablets last, which no measure reads from words."""
    supply = {"dispenseRequest": {"quantity": {"value": 30}}}
    client.cards_at_signing((), order("citalopram 40 mg", **supply | dosed("Take 2 tablets daily")))

    [draft] = one(store, SIGN).drafts

    assert draft["dosageInstruction"] == [{"text": dose_retold("Take 2 tablets daily")}]
    assert draft["dispenseRequest"] == supply["dispenseRequest"]
