"""Names of what is sent: they outlive the program that made them."""

import pytest

from utils.nonces import nonce_of

EVENT = 1408837454081036388


@pytest.mark.parametrize(
    ("parts", "nonce"),
    [
        pytest.param((EVENT, "2026-03-04 20:00:00.000+00:00", 1), "5a4f9e95ae1d3cf8b5bb0b98", id="a batch"),
        pytest.param((EVENT, EVENT + 1), "571c836779ba578ec5118634", id="a list of events"),
    ],
)
def test_nonce_is_the_one_that_earlier_releases_sent(parts: tuple[object, ...], nonce: str) -> None:
    assert nonce_of(*parts) == nonce
