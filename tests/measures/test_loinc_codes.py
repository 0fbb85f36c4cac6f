"""No LOINC code that the project names is mistyped: questions, results and answers carry a check digit."""

from __future__ import annotations

import re

from tests.measures.test_starter_vocabulary import loinc_check_digit_holds
from tests.project_files import PACKAGES, files, text

CODE = re.compile(r"(?<![\w.-])(?:LA\d{1,5}|\d{3,6})-\d(?![\w-])")


def test_every_loinc_code_in_the_packages_has_its_check_digit():
    named = {
        (code, str(path))
        for path in files()
        if path.parts[0] in PACKAGES and path.suffix in {".py", ".yaml"}
        for code in CODE.findall(text(path))
    }

    assert len(named) > 300
    assert sorted(one for one in named if not loinc_check_digit_holds(one[0])) == []
