"""What holds for every instrument and any answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.answers import Sheet
from measures.instrument import Answer, Instrument, Item, Kind, Response
from measures.instrument_catalog import find_instruments
from measures.respondent import Person, Sex
from measures.scoring import Summed

EVERY = list(find_instruments())
SUMMED = [i for i in EVERY if isinstance(i.scorer, Summed)]
PERSONS = st.sampled_from([Person(), Person(sex=Sex.FEMALE), Person(sex=Sex.MALE)])


def answer(item: Item) -> st.SearchStrategy[Answer]:
    if item.kind is not Kind.CHOICE:
        return st.text(min_size=1, max_size=20)
    values = [choice.value for choice in item.choices]
    if item.repeats:
        return st.lists(st.sampled_from(values), min_size=1, unique=True).map(tuple)
    return st.sampled_from(values)


@st.composite
def responses(draw: st.DrawFn, instrument: Instrument, whole: bool = False) -> Response:
    return Response(
        {
            item.link_id: draw(answer(item))
            for item in instrument.questions
            if whole or draw(st.integers(0, 3), label=item.link_id)
        }
    )


def of(instruments: list[Instrument], whole: bool = False):
    return st.sampled_from(instruments).flatmap(
        lambda instrument: st.tuples(st.just(instrument), responses(instrument, whole))
    )


@given(of(EVERY), PERSONS)
@settings(max_examples=400)
def test_a_score_is_within_its_range_or_says_why_there_is_none(filled, person):
    instrument, response = filled
    score = instrument.score(response, person)

    if score.value is None:
        assert score.why_none
    else:
        assert 0 <= score.value <= instrument.highest
        assert not score.why_none


@given(of(SUMMED, whole=True), st.data())
@settings(max_examples=300)
def test_a_worse_answer_never_lowers_a_sum(filled, data):
    instrument, response = filled
    item = data.draw(st.sampled_from([i for i in Sheet(instrument, response).asked if i.scored]))
    worth = {c.value: c.points or 0 for c in item.choices}
    given_, other = str(response.answers[item.link_id]), data.draw(st.sampled_from(sorted(worth)))
    before = instrument.score(response).value
    after = instrument.score(Response({**response.answers, item.link_id: other})).value

    assert before is not None
    assert after is not None
    if worth[other] > worth[given_]:  # a gate that is worth nothing opens or shuts others: no claim about it
        assert after >= before
    elif worth[other] < worth[given_]:
        assert after <= before


@given(of(EVERY, whole=True), st.data(), PERSONS)
@settings(max_examples=400)
def test_what_is_known_with_answers_missing_stays_true_when_they_come(filled, data, person):
    """The verdict on a part of the answers is never contradicted by the whole."""
    instrument, whole = filled
    kept = data.draw(st.lists(st.sampled_from(sorted(whole.answers)), unique=True))
    part = instrument.score(Response({k: whole.answers[k] for k in kept}), person)
    verdict = instrument.score(whole, person).positive

    if part.positive is not None and not part.prorated:
        assert verdict is part.positive


@given(of(EVERY))
@settings(max_examples=200)
def test_the_flags_of_a_part_stay_when_more_is_answered(filled):
    instrument, response = filled
    raised = {f.name for f in instrument.score(response).flags if not f.name.endswith("-unanswered")}
    if instrument.id == "c-ssrs-screener":
        raised.discard("moderate")  # it may become high
    rest = {i.link_id: i.choices[0].value for i in instrument.questions if i.choices and not i.repeats}
    more = instrument.score(Response({**rest, **response.answers}))

    if {*Sheet(instrument, response).answers} <= {
        *Sheet(instrument, Response({**rest, **response.answers})).answers
    }:
        assert raised <= {flag.name for flag in more.flags}


@pytest.mark.parametrize("instrument", EVERY, ids=[i.id for i in EVERY])
def test_an_instrument_is_whole(instrument: Instrument):
    link_ids = [item.link_id for item in instrument]
    assert len(set(link_ids)) == len(link_ids)
    assert instrument.licence
    assert instrument.title
    assert not set(instrument.version) & set(" |#")  # it ends the canonical address of the form
    assert instrument.about
    assert instrument.ages[0] <= instrument.ages[1]
    for item in instrument.questions:
        assert item.text
        assert (item.kind is Kind.CHOICE) == bool(item.choices)
        assert len({choice.value for choice in item.choices}) == len(item.choices)
        for when in item.when:
            assert instrument.item(when.question).choice(str(when.answer)), item.link_id
    assert [b.at for b in instrument.bands] == sorted({b.at for b in instrument.bands})
    assert all(band.tone in ("", "watch", "high") for band in instrument.bands)


@pytest.mark.parametrize("instrument", SUMMED, ids=[i.id for i in SUMMED])
def test_the_highest_score_is_the_sum_of_the_highest_answers(instrument: Instrument):
    assert isinstance(instrument.scorer, Summed)
    most = sum(item.most for item in instrument.questions if item.scored)

    assert most * instrument.scorer.factor == instrument.highest
