"""What the GAD-7 and the GAD-2 share."""

from measures.instruments._phq import asked

NERVOUS = asked("1", "69725-0", "Feeling nervous, anxious, or on edge")
WORRYING = asked("2", "68509-9", "Not being able to stop or control worrying")
