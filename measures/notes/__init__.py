"""Results of instruments that stand only in a note's free text.

A note closes nothing. What is found here is shown with its sentence, and a clinician may open the instrument
and confirm it; nothing is ever recorded from a note by itself.
"""

from measures.notes.document import NoteText, note_text
from measures.notes.mention import Kind, Mention
from measures.notes.scan import offered, scan

__all__ = ["Kind", "Mention", "NoteText", "note_text", "offered", "scan"]
