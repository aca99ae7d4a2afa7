"""What the daily pages cost a phone: bytes, cold and warm."""

from __future__ import annotations

import pytest

from tests.web.weights import GZIP, assets_of

COLD, WARM = 25_000, 6_000


@pytest.mark.parametrize("path", ["/sign-in", "/week", "/portions/1?s=1"])
def test_a_daily_page_is_light_the_first_time_and_lighter_after_it(home, path, record_property):
    if path != "/sign-in":
        home.enter("officer")
    warm = len(home.client.get(path, headers=GZIP).data)
    cold = warm + sum(assets_of(home, home.client.get(path).text).values())
    record_property("tried", f"{path}: cold {cold / 1000:.1f} kB, warm {warm / 1000:.1f} kB")
    assert cold <= COLD and warm <= WARM
