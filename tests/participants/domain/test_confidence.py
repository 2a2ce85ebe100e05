"""The normal quantile of an interval."""

import pytest
from scipy.stats import norm

from participants.domain.confidence import normal_quantile

pytestmark = pytest.mark.once


@pytest.mark.parametrize("conf", [1e-6, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999999, 1 - 1e-15])
def test_normal_quantile_when_compared_with_scipy(conf: float) -> None:
    assert normal_quantile(conf) == pytest.approx(norm.isf((1 - conf) / 2), rel=1e-13)
