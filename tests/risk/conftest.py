"""Made-up rows and a model of both kinds learnt from them, made once: training takes seconds."""

from __future__ import annotations

import pytest

from measures.risk.data import Data
from measures.risk.model import Model
from tests.risk.charts import made_up
from tests.risk.models import taught


@pytest.fixture(scope="session")
def data() -> Data:
    return made_up()


@pytest.fixture(scope="session")
def model(data: Data) -> Model:
    """The logistic regression and the challenger; the challenger scores."""
    return taught(data, "challenger")
