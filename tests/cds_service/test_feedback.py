"""What clinicians did with a card: stored once, for cards that were shown, and for nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
import pytest
from joserfc.jwk import ECKey
from sqlalchemy import select

from cds_service.outside.registry import HostEhr
from cds_service.outside.tables.visits import SnoozedRuleRow
from cds_service.wiring import Wiring
from tests.cds_service.calls import SERVICE, CdsClient, problems
from tests.measures.orders.signing import DIABETIC

PATH = f"{SERVICE}/feedback"


@pytest.fixture
def card(ehr: CdsClient) -> dict[str, Any]:
    return ehr.cards(*DIABETIC)[0]


def outcome(card: dict[str, Any], said: str = "overridden", **more: Any) -> dict[str, Any]:
    return {"card": card["uuid"], "outcome": said, "outcomeTimestamp": "2026-11-22T09:30:00Z"} | more


def send(ehr: CdsClient, *items: Any) -> Any:
    return ehr.post({"feedback": list(items)}, PATH)


def test_an_accepted_suggestion_and_an_override_with_its_reason_are_stored(
    ehr: CdsClient, wiring: Wiring, card: dict[str, Any]
):
    suggestion = card["suggestions"][0]["uuid"]
    reason = {"code": "patient-declined", "system": card["overrideReasons"][0]["system"], "display": "x"}
    why = {"reason": reason, "userComment": "asks again\x00 in spring"}

    answer = send(
        ehr,
        outcome(card, "accepted", acceptedSuggestions=[{"id": suggestion}]),
        outcome(card, overrideReason=why, outcomeTimestamp="2026-11-22T09:31:00", extension={"a": 1}),
    )

    assert (answer.status_code, answer.get_json()) == (200, {})
    accepted, overridden = wiring.feedback.for_card("riverside", card["uuid"])
    assert (accepted.outcome, accepted.accepted_suggestions) == ("accepted", (suggestion,))
    assert overridden.reason == ("patient-declined", reason["system"])
    assert overridden.comment == "asks again in spring"


def test_feedback_sent_again_is_stored_once(ehr: CdsClient, wiring: Wiring, card: dict[str, Any]):
    for _ in range(2):
        assert send(ehr, outcome(card), outcome(card)).status_code == 200

    assert len(wiring.feedback.for_card("riverside", card["uuid"])) == 1


def of_ours(card: dict[str, Any]) -> dict[str, Any]:
    return {"reason": card["overrideReasons"][0]}


def test_a_reason_that_comes_later_for_the_same_outcome_is_added(
    ehr: CdsClient, wiring: Wiring, card: dict[str, Any]
):
    send(ehr, outcome(card))
    send(ehr, outcome(card, overrideReason=of_ours(card) | {"userComment": "asked"}))
    send(ehr, outcome(card))

    [kept] = wiring.feedback.for_card("riverside", card["uuid"])
    assert kept.reason == (card["overrideReasons"][0]["code"], card["overrideReasons"][0]["system"])
    assert kept.comment == "asked"
    assert resting(wiring, card)


def test_a_reason_that_was_given_is_not_written_over(ehr: CdsClient, wiring: Wiring, card: dict[str, Any]):
    send(ehr, outcome(card, overrideReason=of_ours(card)))
    send(ehr, outcome(card, overrideReason={"reason": card["overrideReasons"][1]}))

    [kept] = wiring.feedback.for_card("riverside", card["uuid"])
    assert kept.reason == (card["overrideReasons"][0]["code"], card["overrideReasons"][0]["system"])


def resting(wiring: Wiring, card: dict[str, Any]) -> bool:
    """Whether anything rests because of a card."""
    with wiring.database.reading() as connection:
        found = select(SnoozedRuleRow.rests_as).where(SnoozedRuleRow.card_uuid == card["uuid"])
        return connection.execute(found).first() is not None


@pytest.mark.parametrize(("system", "rests"), [("http://other", False), (None, True)])
def test_a_code_of_another_system_is_no_reason_of_ours(
    ehr: CdsClient, wiring: Wiring, card: dict[str, Any], system: str | None, rests: bool
):
    reason = {"code": card["overrideReasons"][0]["code"]} | ({} if system is None else {"system": system})
    sent = send(ehr, outcome(card, overrideReason={"reason": reason}))

    assert sent.status_code == 200
    assert resting(wiring, card) is rests


EARLIER, LATER = "2026-11-22T09:00:00Z", "2026-11-22T09:05:00Z"


@pytest.mark.parametrize("sent_first", ["overridden", "accepted"])
@pytest.mark.parametrize("last", ["overridden", "accepted"])
def test_the_last_word_on_a_card_counts_in_whatever_order_it_comes(
    ehr: CdsClient, wiring: Wiring, card: dict[str, Any], sent_first: str, last: str
):
    words = {
        said: outcome(card, said, outcomeTimestamp=LATER if said == last else EARLIER)
        for said in ("overridden", "accepted")
    }
    words["overridden"]["overrideReason"] = of_ours(card)
    for said in sorted(words, key=lambda one: one != sent_first):
        send(ehr, words[said])

    assert resting(wiring, card) is (last == "overridden")


def test_a_list_is_told_to_be_sent_under_its_name(ehr: CdsClient, card: dict[str, Any]):
    answer = ehr.post(orjson.dumps([outcome(card)]), PATH)

    assert answer.status_code == 400
    assert "send one JSON object with feedback, the list of outcomes" in problems(answer)


def test_several_outcomes_of_one_card_are_legal(ehr: CdsClient, wiring: Wiring, card: dict[str, Any]):
    later = outcome(card, "accepted", outcomeTimestamp="2026-11-22T10:00:00+01:00")

    assert send(ehr, outcome(card), later).status_code == 200
    assert len(wiring.feedback.for_card("riverside", card["uuid"])) == 2


def test_an_unknown_card_is_named_and_the_rest_of_its_batch_is_stored(
    ehr: CdsClient, wiring: Wiring, card: dict[str, Any]
):
    answer = send(ehr, outcome({"uuid": str(uuid4())}), outcome(card), outcome({"uuid": str(uuid4())}))

    assert answer.status_code == 200
    told = answer.get_json()
    assert (told["resourceType"], {issue["severity"] for issue in told["issue"]}) == (
        "OperationOutcome",
        {"warning"},
    )
    assert [issue["expression"] for issue in told["issue"]] == [["feedback[0].card"], ["feedback[2].card"]]
    assert len(wiring.feedback.for_card("riverside", card["uuid"])) == 1


def test_a_batch_of_unknown_cards_alone_is_refused(ehr: CdsClient):
    answer = send(ehr, outcome({"uuid": str(uuid4())}), outcome({"uuid": str(uuid4())}))

    assert answer.status_code == 404
    assert problems(answer).startswith("feedback[0].card: no such card of this service was shown")


def test_a_card_of_another_host_ehr_is_as_unknown_as_one_that_never_was(
    ehr: CdsClient, wiring: Wiring, card: dict[str, Any]
):
    key = ECKey.generate_key("P-384", {"kid": "hill"})
    client = {"iss": "https://hillside.example", "jwks": {"keys": [key.as_dict(private=False)]}}
    wiring.host_ehrs.add(
        HostEhr.model_validate(
            {"name": "hillside", "fhir_base": "https://hillside.example/fhir", "cds_clients": [client]}
        )
    )
    hillside = CdsClient(ehr.http, key, "https://hillside.example")
    try:
        theirs, nobodys = send(hillside, outcome(card)), send(hillside, outcome({"uuid": str(uuid4())}))
    finally:
        wiring.host_ehrs.remove("hillside")

    assert (theirs.status_code, theirs.text) == (nobodys.status_code, nobodys.text)
    assert theirs.status_code == 404


def test_an_upper_case_uuid_is_the_same_card(ehr: CdsClient, card: dict[str, Any]):
    assert send(ehr, outcome(card | {"uuid": card["uuid"].upper()})).status_code == 200


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"card": "x"}, "feedback.0.card"),
        ({"card": None}, "feedback.0.card"),
        ({"outcome": "ignored"}, "feedback.0.outcome"),
        ({"outcomeTimestamp": "yesterday"}, "feedback.0.outcomeTimestamp"),
        ({"outcomeTimestamp": 1}, "feedback.0.outcomeTimestamp"),
        ({"outcomeTimestamp": "9999-12-31T23:59:59-23:59"}, "feedback.0.outcomeTimestamp"),
        ({"outcomeTimestamp": "0001-01-01T00:00:00+23:59"}, "feedback.0.outcomeTimestamp"),
        ({"acceptedSuggestions": {}}, "feedback.0.acceptedSuggestions"),
        ({"acceptedSuggestions": ["x"]}, "feedback.0.acceptedSuggestions.0"),
        ({"acceptedSuggestions": [{"id": "a\x00"}]}, "feedback.0.acceptedSuggestions.0.id"),
        ({"overrideReason": "no"}, "feedback.0.overrideReason"),
        ({"overrideReason": {"reason": {"system": "x"}}}, "feedback.0.overrideReason.reason.code"),
        ({"overrideReason": {"userComment": "x" * 10_001}}, "feedback.0.overrideReason.userComment"),
    ],
)
def test_a_member_of_the_wrong_kind_is_named(
    ehr: CdsClient, card: dict[str, Any], change: dict[str, Any], where: str
):
    answer = send(ehr, outcome(card) | change)

    assert answer.status_code == 400
    assert where in problems(answer)


@pytest.mark.parametrize("body", [{}, {"feedback": []}, {"feedback": {}}, {"feedback": [[]]}, {"card": "x"}])
def test_a_batch_without_feedback_is_refused(ehr: CdsClient, body: dict[str, Any]):
    answer = ehr.post(body, PATH)

    assert answer.status_code == 400
    assert "feedback" in problems(answer)


def test_more_than_500_at_once_are_refused(ehr: CdsClient, card: dict[str, Any]):
    assert send(ehr, *[outcome(card)] * 501).status_code == 400


def test_feedback_needs_a_token_of_its_own(ehr: CdsClient, card: dict[str, Any]):
    body = {"feedback": [outcome(card)]}
    token = ehr.token(PATH)

    assert ehr.post(body, PATH, token=token).status_code == 200
    assert ehr.post(body, PATH, token=token).status_code == 401
