"""Diagnosis codes grouped: one of thousands says too little, its chapter and its block say enough."""

from __future__ import annotations

# The chapters of ICD-9-CM by the number of their last category, named as those of ICD-10-CM.
_ICD9 = (
    (139, "infection"), (239, "neoplasm"), (279, "endocrine"), (289, "blood"), (319, "mental"),
    (389, "nervous"), (459, "circulatory"), (519, "respiratory"), (579, "digestive"),
    (629, "genitourinary"), (679, "pregnancy"), (709, "skin"), (739, "musculoskeletal"),
    (759, "congenital"), (779, "perinatal"), (799, "symptom"), (999, "injury"),
)  # fmt: skip
_ICD10 = {
    "A": "infection", "B": "infection", "C": "neoplasm", "F": "mental", "G": "nervous", "I": "circulatory",
    "J": "respiratory", "K": "digestive", "L": "skin", "M": "musculoskeletal", "N": "genitourinary",
    "O": "pregnancy", "P": "perinatal", "Q": "congenital", "R": "symptom", "S": "injury", "T": "injury",
    "V": "external", "W": "external", "X": "external", "Y": "external", "Z": "service", "U": "other",
}  # fmt: skip


def chapter(code: str) -> str:
    """The chapter of an ICD-9-CM or ICD-10-CM code; "other" for what is neither."""
    code = code.upper()
    block = code.partition(".")[0]
    if block.isdigit():
        number = int(block)
        return next((name for last, name in _ICD9 if number <= last), "other")
    if len(block) == 3 and block[0] == "V" and block[1:].isdigit():
        return "service"  # ICD-9-CM V01 to V91; ICD-10-CM's V codes are external causes and rarely diagnoses
    if len(block) == 4 and block[0] == "E" and block[1:].isdigit() and block[1] in "89":
        return "external"  # ICD-9-CM E800 to E999
    if block[:1] == "D":
        return "neoplasm" if block[1:2] in "01234" else "blood"
    if block[:1] == "E":
        return "endocrine"
    if block[:1] == "H":
        return "nervous"  # eye and ear stand with the nervous system in ICD-9-CM
    return _ICD10.get(block[:1], "other")


def block(code: str) -> str:
    """The category: the first three characters (four of an ICD-9-CM E code)."""
    return code.upper().partition(".")[0][: 4 if code[:1].upper() == "E" and code[1:2] in "89" else 3]
