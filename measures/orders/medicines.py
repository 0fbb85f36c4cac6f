"""The medicines that order checks speak of: value sets of our own, which a customer's may replace."""

from measures.shared.antipsychotics import ANTIPSYCHOTIC
from measures.shared.opioid_treatment import MEDICINE as OUD_MEDICINES
from measures.terminology import ValueSet

__all__ = ["ANTIPSYCHOTIC", "OUD_MEDICINES"]

LITHIUM = ValueSet("throughline:lithium", "Lithium")
VALPROATE = ValueSet("throughline:valproate", "Valproate")
CARBAMAZEPINE = ValueSet("throughline:carbamazepine", "Carbamazepine")
CLOZAPINE = ValueSet("throughline:clozapine", "Clozapine")

LAMOTRIGINE = ValueSet("throughline:lamotrigine", "Lamotrigine")
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
FLUOXETINE = ValueSet("throughline:fluoxetine", "Fluoxetine")
FLUVOXAMINE = ValueSet("throughline:fluvoxamine", "Fluvoxamine")
PAROXETINE = ValueSet("throughline:paroxetine", "Paroxetine")
MAOI = ValueSet("throughline:maoi", "Monoamine oxidase inhibitors")
ANTIDEPRESSANTS = (SSRI, SNRI, TRICYCLICS, BUPROPION, OTHER_ANTIDEPRESSANTS, MAOI)

MAO_B_INHIBITORS = ValueSet(
    "throughline:mao-b-inhibitors", "MAO-B inhibitors for Parkinson's disease beside selegiline"
)
NOT_WITH_ANY_MAOI = ValueSet(
    "throughline:not-with-any-maoi",
    "Medicines that no MAO inhibitor may meet: meperidine, dextromethorphan, cyclobenzaprine",
)
NOT_WITH_MAOI = ValueSet(
    "throughline:not-with-maoi",
    "Other medicines that an MAO inhibitor may not meet: tapentadol, some triptans, decongestants and others",
)

BENZODIAZEPINES = ValueSet("throughline:benzodiazepines", "Benzodiazepines")
Z_HYPNOTICS = ValueSet("throughline:z-hypnotics", "Hypnotics that act like benzodiazepines")
ANTICHOLINERGICS = ValueSet(
    "throughline:strong-anticholinergics",
    "Strongly anticholinergic medicines: first-generation antihistamines, benztropine, trihexyphenidyl",
)
BARBITURATES = ValueSet("throughline:barbiturates", "Barbiturates, alone or in headache mixtures")
CARISOPRODOL = ValueSet("throughline:carisoprodol", "Carisoprodol")
STIMULANTS = ValueSet("throughline:stimulants", "Stimulants")

OPIOIDS = ValueSet("throughline:opioid-analgesics", "Opioids for pain")
TRAMADOL = ValueSet("throughline:tramadol", "Tramadol")
METHADONE = ValueSet("throughline:methadone", "Methadone")
BUPRENORPHINE = ValueSet("throughline:buprenorphine", "Buprenorphine")
OPIOID_ANTAGONISTS = ValueSet(
    "throughline:opioid-antagonists", "Opioid antagonists that act for a day or a month"
)
GABAPENTINOIDS = ValueSet("throughline:gabapentinoids", "Gabapentin and pregabalin")
SEDATIVES = (BENZODIAZEPINES, Z_HYPNOTICS, BARBITURATES, OPIOIDS)
NALOXONE = ValueSet("throughline:naloxone", "Naloxone or nalmefene to reverse an overdose")

ACE_INHIBITORS = ValueSet("throughline:ace-inhibitors", "ACE inhibitors")
ARB = ValueSet("throughline:arb", "Angiotensin receptor blockers")
THIAZIDES = ValueSet("throughline:thiazides", "Thiazide diuretics and their like")
LOOP_DIURETICS = ValueSet("throughline:loop-diuretics", "Loop diuretics")
DISULFIRAM = ValueSet("throughline:disulfiram", "Disulfiram")
METRONIDAZOLE = ValueSet("throughline:metronidazole", "Metronidazole")
NSAIDS = ValueSet("throughline:nsaids", "Non-steroidal anti-inflammatory medicines, without aspirin")
LINEZOLID = ValueSet("throughline:linezolid", "Linezolid or methylene blue")
TRIPTANS = ValueSet("throughline:triptans", "Triptans")
CIPROFLOXACIN = ValueSet("throughline:ciprofloxacin", "Ciprofloxacin")
CYP2C19_INHIBITORS = ValueSet(
    "throughline:cyp2c19-inhibitors",
    "Medicines that slow the breakdown of citalopram (CYP2C19), beside fluvoxamine",
)
PIMOZIDE = ValueSet("throughline:pimozide", "Pimozide")
THIORIDAZINE = ValueSet("throughline:thioridazine", "Thioridazine")
ZIPRASIDONE = ValueSet("throughline:ziprasidone", "Ziprasidone")
QT_ANTIPSYCHOTICS = ValueSet("throughline:qt-antipsychotics", "Other antipsychotics that lengthen QT")
QT_OTHERS = ValueSet("throughline:qt-others", "Other medicines with a known risk of torsades de pointes")
CONTRACEPTIVES = ValueSet("throughline:contraceptives", "Contraceptive medicines and devices")
ORAL_ANTICOAGULANTS = ValueSet("throughline:oral-anticoagulants", "Anticoagulants by mouth")
WEAKENED_CONTRACEPTIVES = ValueSet(
    "throughline:weakened-contraceptives",
    "Hormonal pills, patches, rings and implants, which enzyme inducers weaken",
)
