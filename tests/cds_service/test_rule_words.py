"""What a change of a rule says is told in full, and which words of a long text it is about."""

import pytest

from cds_service.rule_words import Change, Mark, changes, differences

LONG = (
    "Ask whether the medicine is taken each day, and by whom it was prescribed; tell the patient why it is "
    "asked. Do not stop it in this visit."
)


def test_a_word_changed_at_the_end_of_a_long_text_is_told():
    (line,) = differences(
        {"card": {"detail": LONG}}, {"card": {"detail": LONG.replace("Do not stop", "Stop")}}
    )

    assert len(LONG) > 120
    begins = LONG.partition("Do not")[0]
    assert line == f"card.detail: {begins}[-Do not stop-]{{+Stop+}} it in this visit."


def test_a_long_text_that_is_new_or_taken_out_is_told_in_full():
    assert differences({"id": "x"}, {"id": "x", "detail": LONG}) == (f"detail: {LONG} is added",)
    assert differences({"id": "x", "detail": LONG}, {"id": "x"}) == (f"detail: {LONG} is taken out",)


@pytest.mark.parametrize(
    ("length", "told"), [(60, "{a} -> {b}"), (61, "[-{a}-]{{+{b}+}}")], ids=["short enough", "one longer"]
)
def test_what_can_be_read_at_a_glance_stands_beside_what_it_was(length: int, told: str):
    a, b = "a" * length, "b"
    assert differences({"k": a}, {"k": b}) == ("k: " + told.format(a=a, b=b),)


def test_the_words_of_both_put_together_are_both_texts():
    new = LONG.replace("each day", "each morning,\n\nor in the evening").replace("Do not stop", "Stop")
    (change,) = changes({"detail": LONG}, {"detail": new})

    assert "".join(one.text for one in change.words if one.mark is not Mark.IN) == LONG
    assert "".join(one.text for one in change.words if one.mark is not Mark.OUT) == new


def test_a_text_too_long_to_be_matched_is_told_all_the_same():
    old, new = ("same " + "x y " * 5_000 + "end", "same " + "y x " * 5_000 + "end")

    assert [one.mark for one in Change("k", old, new).words] == [Mark.SAME, Mark.OUT, Mark.IN, Mark.SAME]
    assert new[5:-4] in str(Change("k", old, new))


def test_what_cannot_be_seen_is_written_out():
    hidden = "take\u202e 5 mg\x1b[2K"
    assert differences({"k": "take"}, {"k": hidden}) == (r"k: take -> take\u202e 5 mg\u001b[2K",)
    assert Change("k", LONG, f"{LONG}\u202e").words[-1].text == r"visit.\u202e"


def test_a_line_break_is_a_change_and_stays_on_one_line():
    (line,) = differences({"k": LONG}, {"k": LONG.replace(" Do", "\nDo")})
    assert line.endswith(r"asked.[- -]{+\n+}Do not stop it in this visit.")
