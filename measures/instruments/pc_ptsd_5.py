"""PC-PTSD-5, 0 to 5: post-traumatic stress. Without a traumatic event the form ends with 0."""

from measures.instrument import Band, CutOff, Instrument, Item, When
from measures.instruments._choices import yes_no
from measures.scoring import Summed

_AFTER_EVENT = (When("event", "=", "yes"),)
_ITEMS = (
    "Had nightmares about the event(s) or thought about the event(s) when you did not want to?",
    "Tried hard not to think about the event(s) or went out of your way to avoid situations that reminded "
    "you of the event(s)?",
    "Been constantly on guard, watchful, or easily startled?",
    "Felt numb or detached from people, activities, or your surroundings?",
    "Felt guilty or unable to stop blaming yourself or others for the event(s) or any problems the event(s) "
    "may have caused?",
)

INSTRUMENT = Instrument(
    id="pc-ptsd-5",
    title="PC-PTSD-5",
    about="post-traumatic stress",
    version="2015",
    items=(
        Item(
            "event",
            "Sometimes things happen to people that are unusually or especially frightening, horrible, or "
            "traumatic. Have you ever experienced this kind of event?",
            choices=yes_no(0, 0),
        ),
        *(
            Item(str(number), f"In the past month, have you: {text}", choices=yes_no(), when=_AFTER_EVENT)
            for number, text in enumerate(_ITEMS, 1)
        ),
    ),
    scorer=Summed(),
    bands=(Band(0, "negative"), Band(4, "positive", "watch")),
    cut_off=CutOff(4),
    highest=5,
    audience="adults",
    recall="Past month",
    licence="A work of the United States Department of Veterans Affairs, in the public domain.",
    sources=(
        "Prins 2016, J Gen Intern Med 31:1206-1211 (4 is the most efficient cut-off, 3 the most sensitive)",
        "Bovin 2021, JAMA Netw Open 4:e2036733 (4, with more cases missed among women)",
    ),
)
