"""The problems, states and services that order checks ask about: value sets of our own."""

from measures.shared.opioid_treatment import OPIOID_USE_DISORDER
from measures.terminology import ValueSet

__all__ = ["OPIOID_USE_DISORDER"]

SEIZURES = ValueSet("throughline:seizures", "Seizure disorder")
EATING_DISORDERS = ValueSet("throughline:eating-disorders", "Anorexia nervosa or bulimia nervosa")
SEDATIVE_WITHDRAWAL = ValueSet("throughline:sedative-withdrawal", "Withdrawal from alcohol or sedatives")
DEMENTIA = ValueSet("throughline:dementia", "Dementia")
PREGNANT = ValueSet("throughline:pregnant", "Pregnant")
PREGNANCY_ENDED = ValueSet(
    "throughline:pregnancy-ended", "A pregnancy that ended: delivery, care after it, loss or termination"
)
CANNOT_CONCEIVE = ValueSet(
    "throughline:cannot-conceive", "Cannot conceive: sterilised, without uterus or ovaries, past menopause"
)
CONTRACEPTION = ValueSet("throughline:contraception", "Contraception in place")
ECG = ValueSet("throughline:ecg", "Electrocardiogram")
SUICIDE_RISK_ASSESSMENT = ValueSet(
    "throughline:suicide-risk-assessments", "Assessment of the risk of suicide"
)
UNSPECIFIED_DEPRESSION = ValueSet("throughline:unspecified-depression", "Depression, unspecified")
UNSPECIFIED_SUBSTANCE_USE = ValueSet("throughline:unspecified-substance-use", "Substance use, unspecified")
