"""The medicines that order checks speak of: value sets of our own, which a customer's may replace."""

from measures.shared.antipsychotics import ANTIPSYCHOTIC
from measures.shared.opioid_treatment import MEDICINE as OUD_MEDICINES
from measures.terminology import ValueSet

__all__ = ["ANTIPSYCHOTIC", "OUD_MEDICINES"]

LITHIUM = ValueSet("throughline:lithium", "Lithium")
VALPROATE = ValueSet("throughline:valproate", "Valproate")
CARBAMAZEPINE = ValueSet("throughline:carbamazepine", "Carbamazepine")
CLOZAPINE = ValueSet("throughline:clozapine", "Clozapine")

CITALOPRAM = ValueSet("throughline:citalopram", "Citalopram")
ESCITALOPRAM = ValueSet("throughline:escitalopram", "Escitalopram")
SSRI = ValueSet("throughline:ssri", "Selective serotonin reuptake inhibitors")
SNRI = ValueSet("throughline:snri", "Serotonin and noradrenaline reuptake inhibitors")
TRICYCLICS = ValueSet("throughline:tricyclics", "Tricyclic antidepressants")
BUPROPION = ValueSet("throughline:bupropion", "Bupropion")
OTHER_ANTIDEPRESSANTS = ValueSet(
    "throughline:other-antidepressants",
    "Other antidepressants: vilazodone, vortioxetine, mirtazapine, trazodone",
)
MAOI = ValueSet("throughline:maoi", "Monoamine oxidase inhibitors")
ANTIDEPRESSANTS = (SSRI, SNRI, TRICYCLICS, BUPROPION, OTHER_ANTIDEPRESSANTS, MAOI)

BENZODIAZEPINES = ValueSet("throughline:benzodiazepines", "Benzodiazepines")
Z_HYPNOTICS = ValueSet("throughline:z-hypnotics", "Hypnotics that act like benzodiazepines")
ANTICHOLINERGICS = ValueSet(
    "throughline:strong-anticholinergics",
    "Strongly anticholinergic medicines: hydroxyzine, diphenhydramine, benztropine",
)
BARBITURATES = ValueSet("throughline:barbiturates", "Barbiturates, alone or in headache mixtures")
STIMULANTS = ValueSet("throughline:stimulants", "Stimulants")

OPIOIDS = ValueSet("throughline:opioid-analgesics", "Opioids for pain")
TRAMADOL = ValueSet("throughline:tramadol", "Tramadol")
METHADONE = ValueSet("throughline:methadone", "Methadone")
SEDATIVES = (BENZODIAZEPINES, Z_HYPNOTICS, BARBITURATES, OPIOIDS)
NALOXONE = ValueSet("throughline:naloxone", "Naloxone or nalmefene to reverse an overdose")

ACE_INHIBITORS = ValueSet("throughline:ace-inhibitors", "ACE inhibitors")
ARB = ValueSet("throughline:arb", "Angiotensin receptor blockers")
THIAZIDES = ValueSet("throughline:thiazides", "Thiazide diuretics and their like")
NSAIDS = ValueSet("throughline:nsaids", "Non-steroidal anti-inflammatory medicines, without aspirin")
LINEZOLID = ValueSet("throughline:linezolid", "Linezolid or methylene blue")
TRIPTANS = ValueSet("throughline:triptans", "Triptans")
QT_ANTIPSYCHOTICS = ValueSet("throughline:qt-antipsychotics", "Antipsychotics that lengthen QT most")
QT_OTHERS = ValueSet("throughline:qt-others", "Other medicines with a known risk of torsades de pointes")
CONTRACEPTIVES = ValueSet("throughline:contraceptives", "Contraceptive medicines and devices")
