"""Medicines that act on the mind, by ingredient: which bars the timeline shows, and how the list is grouped.

Ingredient names, not codes: an order may carry any of thousands of RxNorm, NDC or local codes, and its words
always name the ingredient. The name decides where a medicine is *shown*, never whether a measure is met.
"""

from __future__ import annotations

import re

_BY_CLASS = {
    "antidepressant": (
        "amitriptyline bupropion citalopram clomipramine desipramine desvenlafaxine doxepin "
        "duloxetine escitalopram esketamine fluoxetine fluvoxamine imipramine isocarboxazid "
        "levomilnacipran mirtazapine nefazodone nortriptyline paroxetine phenelzine protriptyline "
        "selegiline sertraline tranylcypromine trazodone trimipramine venlafaxine vilazodone "
        "vortioxetine zuranolone"
    ),
    "antipsychotic": (
        "aripiprazole asenapine brexpiprazole cariprazine chlorpromazine clozapine fluphenazine "
        "haloperidol iloperidone loxapine lumateperone lurasidone molindone olanzapine paliperidone "
        "perphenazine pimavanserin quetiapine risperidone thioridazine thiothixene trifluoperazine "
        "xanomeline ziprasidone"
    ),
    "mood stabilizer": "lithium lamotrigine valproate divalproex carbamazepine",
    "anxiety or sleep": (
        "alprazolam buspirone chlordiazepoxide clonazepam clorazepate diazepam eszopiclone "
        "hydroxyzine lorazepam oxazepam ramelteon suvorexant lemborexant temazepam triazolam "
        "zaleplon zolpidem"
    ),
    "stimulant or ADHD": (
        "amphetamine atomoxetine clonidine dexmethylphenidate dextroamphetamine guanfacine "
        "lisdexamfetamine methylphenidate viloxazine"
    ),
    "substance use": "acamprosate buprenorphine disulfiram methadone naltrexone varenicline",
    "dementia": "donepezil galantamine memantine rivastigmine",
}

_CLASS_OF = {name: group for group, names in _BY_CLASS.items() for name in names.split()}
_WORDS = re.compile(r"[a-z]+")


def psychotropic_class(name: str) -> str:
    """The class of the first ingredient known here; empty for other medicines."""
    return _CLASS_OF.get(ingredient(name), "")


def ingredient(name: str) -> str:
    """The first ingredient known here that a medicine's name holds; empty for other medicines."""
    return next((word for word in _WORDS.findall(name.lower()) if word in _CLASS_OF), "")
