"""What two columns say together: found where events are many, told half of either."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from measures.risk.calibration import expit
from measures.risk.data import Column, Data
from measures.risk.linear import Linear, fit_linear
from measures.risk.products import Products, products_of
from measures.risk.validation import auroc, calibration_line


def rows(events: int, count: int = 4000) -> Data:
    """So many events, all in rows where two of three columns agree in sign; neither tells anything alone."""
    x = np.random.default_rng(1).normal(size=(count, 3))
    event = np.ones(count, dtype=np.int64)
    event[np.flatnonzero(x[:, 0] * x[:, 1] > 0)[:events]] = 0
    columns = tuple(Column(f"x{at}", f"x{at}", parent=f"x{at}") for at in range(3))
    return Data(columns, x, tuple(map(str, range(count))), event, (0,))


def test_what_only_two_columns_together_tell_is_found_from_1000_events_on():
    enough, too_few = rows(1000), rows(999)
    found, plain = fit_linear(enough), fit_linear(too_few)

    assert found.products is not None
    assert auroc(enough.y(), found.log_odds(enough.x)[:, 0]) > 0.75
    assert plain.products is None
    assert auroc(too_few.y(), plain.log_odds(too_few.x)[:, 0]) < 0.6


def test_a_product_is_told_half_of_either_column_and_a_square_of_its_own():
    products = Products(np.array([0, 2]), np.array([1, 2]), np.array([1.0, 4.0]), np.array([0.5, 0.1]))

    assert products.adds(np.array([[3.0, 2.0, 1.0]]))[0] == pytest.approx([1.25, 1.25, -0.3])


def test_products_are_centred_so_that_the_average_row_is_told_nothing():
    z = np.random.default_rng(2).normal(size=(500, 4)) + 1
    products = products_of(z, np.array([3, 1]))
    weighed = replace(products, weights=np.array([0.3, -0.7, 0.2]))

    assert list(zip(products.first.tolist(), products.second.tolist(), strict=True)) == [
        (3, 3),
        (3, 1),
        (1, 1),
    ]
    assert weighed.adds(z).mean(axis=0) == pytest.approx([0, 0, 0, 0], abs=1e-12)


def test_the_log_odds_are_the_weights_and_the_products_and_the_base():
    data = rows(1500)
    found = fit_linear(data)
    assert found.products is not None
    z = np.clip((data.x - found.means) / found.deviations, -5, 5)
    pairs = z[:, found.products.first] * z[:, found.products.second] - found.products.means

    said = z @ found.weights + pairs @ found.products.weights + found.base[0]

    assert found.log_odds(data.x)[:, 0] == pytest.approx(said, abs=1e-9)
    assert found.adds(data.x).sum(axis=1) + found.base[0] == pytest.approx(said, abs=1e-9)


def test_a_square_of_far_numbers_weighs_in_its_own_scale():
    """Else it would weigh a multiple of what was fitted: a slope near 1 says that it does not."""
    random = np.random.default_rng(3)
    data = rows(1000)
    x = random.exponential(size=data.x.shape)
    came = random.random(len(x)) < expit(-1.3 + 0.4 * (x[:, 0] - 1) ** 2)
    data = replace(data, x=x, event=np.where(came, 0, 1))
    found = fit_linear(data)

    assert data.events >= 1000
    assert 0.9 < calibration_line(data.y(), expit(found.log_odds(x)[:, 0]))[0] < 1.2


def test_a_missing_number_has_no_product():
    found = fit_linear(rows(1500))
    alone = replace(found, products=None)
    x = np.array([[np.nan, 2.0, np.nan], [np.nan, -1.0, np.nan]])
    of_pairs = found.adds(x) - alone.adds(x)
    square_of_the_second = of_pairs[:, 1]

    assert of_pairs[0, [0, 2]] == pytest.approx(of_pairs[1, [0, 2]])
    assert square_of_the_second[0] != square_of_the_second[1]


def test_products_are_written_and_read_back_the_same():
    data = rows(1500)
    found = fit_linear(data)
    again = Linear.from_json(found.as_json())

    assert (again.log_odds(data.x) == found.log_odds(data.x)).all()
    assert again.as_json() == found.as_json()
