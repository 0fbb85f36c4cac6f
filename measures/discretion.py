"""Words where others read along: a card's summary and its labels. They never name substance use.

42 CFR Part 2 protects that somebody is, or was, treated for substance use; tobacco and caffeine are none
there (2.11). A detail may name it: what no consent allows was left out of the record before.
"""

from __future__ import annotations

import re

# Medicines against substance use, by ingredient and by brand. Methadone is one, whatever it is for.
_MEDICINES = re.compile(
    r"\b(?:acamprosate|antabuse|brixadi|buprenorphine|campral|disulfiram|dolophine|lofexidine|lucemyra|methadone"
    r"|methadose|naltrexone|revia|sublocade|suboxone|subutex|vivitrol|zubsolv)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:addict\w*|alcohol\w*|cannabis|cocaine|dast(?:-10)?|detox\w*|drinking|drunk\w*|hallucinogen\w*"
    r"|heroin|inhalant\w*|intoxicat\w*|marijuana|methamphetamine|sober\w*|unhealthy use|use[- ]disorders?"
    r"|drug (?:abuse|dependen\w+|misuse|overdose|screen\w*|use)"
    r"|opio(?:id|ate)s?[- ](?:abuse|dependen\w+|overdose|use|withdrawal)"
    r"|substances?[- ](?:abuse|dependen\w+|induced|misuse|related|use))\b"
    r"|\b(?-i:AUDIT(?:-C)?|AUD|MOUD|OUD|SUD)\b",
    re.IGNORECASE,
)
GENERAL_WORDS = A_MEDICINE, AN_ENTRY = "a medicine", "an entry"


def names_substance_use(text: str) -> str:
    """The first word by which a text names substance use or its treatment; empty when it does not."""
    found = _MEDICINES.search(text) or _OTHERS.search(text)
    return found[0] if found else ""


def discreet(value: str) -> str:
    """A value from the record as others may read it: a general word in the place of a telling one."""
    if _MEDICINES.search(value):
        return A_MEDICINE
    return AN_ENTRY if _OTHERS.search(value) else value
