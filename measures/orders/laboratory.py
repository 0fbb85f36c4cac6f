"""The laboratory tests that order checks ask for: the results, and the panels they are ordered with."""

from measures.shared.antipsychotics import A1C, GLUCOSE, LDL, OTHER_LIPIDS
from measures.terminology import ValueSet

__all__ = ["A1C", "GLUCOSE", "LDL", "OTHER_LIPIDS"]

LITHIUM_LEVEL = ValueSet("throughline:lithium-level", "Lithium in serum or plasma")
VALPROATE_LEVEL = ValueSet("throughline:valproate-level", "Valproate in serum or plasma")
CARBAMAZEPINE_LEVEL = ValueSet("throughline:carbamazepine-level", "Carbamazepine in serum or plasma")
CREATININE = ValueSet("throughline:creatinine", "Creatinine or estimated filtration rate")
TSH = ValueSet("throughline:tsh", "Thyroid-stimulating hormone")
NEUTROPHILS = ValueSet("throughline:neutrophils", "Absolute neutrophil count")
BLOOD_COUNT = ValueSet("throughline:blood-count", "White cells or platelets")
LIVER_TESTS = ValueSet("throughline:liver-tests", "ALT or AST")
PREGNANCY_TEST = ValueSet("throughline:pregnancy-test", "Pregnancy test")
METABOLIC_PANELS = ValueSet("throughline:metabolic-panels", "Basic or comprehensive metabolic panel")
LIVER_PANELS = ValueSet("throughline:liver-panels", "Hepatic or comprehensive metabolic panel")
BLOOD_COUNT_PANELS = ValueSet("throughline:blood-count-panels", "Complete blood count")
DIFFERENTIAL_PANELS = ValueSet(
    "throughline:differential-panels", "Complete blood count with a differential count"
)
LIPID_PANELS = ValueSet("throughline:lipid-panels", "Lipid panel")
