"""The random numbers, against the generator written out with whole numbers of Python."""

from itertools import islice

import numpy as np
import pytest

from clv_xl.metrics.drivers import ORDER
from clv_xl.metrics.uniforms import LEAST, STREAM, STREAMS, Stream
from tests.metrics.pcg64 import uniforms

GOLDEN = {
    "avg_order_value": "0x1.65e7db3007de9p-1",
    "frequency": "0x1.e72ed05fc3c86p-2",
    "lifespan": "0x1.dd8757f369a5cp-3",
    "retention_rate": "0x1.d3745f42eb888p-4",
    "churn_rate": "0x1.38d90bf1803c1p-1",
    "expansion_rate": "0x1.21c436811882ap-2",
    "margin": "0x1.2ce6df3477ba5p-1",
    "cac": "0x1.2cb51842d827ap-2",
    "discount_rate": "0x1.3c26463939ea0p-6",
    "timing": "0x1.acbde8bbba9bep-2",
}


@pytest.mark.parametrize("driver", STREAMS)
@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_the_uniforms_are_those_of_the_reference_generator_bit_for_bit(driver: str, seed: int) -> None:
    expected = list(islice(uniforms(seed, STREAMS[driver]), 200))
    assert Stream(seed, driver).next(200).tolist() == expected


def test_the_first_uniforms_of_version_1_never_change() -> None:
    """From the generator in whole numbers: a change of these numbers is another version of the stream."""
    assert STREAM == 1
    first = {driver: Stream(1, driver).next(1)[0].hex() for driver in STREAMS}
    assert first == GOLDEN


def test_every_driver_has_a_stream_of_its_own() -> None:
    assert set(STREAMS) == set(ORDER)
    assert sorted(STREAMS.values()) == list(range(len(ORDER)))
    taken = np.concatenate([Stream(7, driver).next(1000) for driver in STREAMS])
    assert np.unique(taken).size == taken.size


def test_portions_are_one_stream() -> None:
    stream = Stream(3, "cac")
    assert np.concatenate([stream.next(3), stream.next(7)]).tolist() == Stream(3, "cac").next(10).tolist()


@pytest.mark.parametrize(("bits", "expected"), [(0, LEAST), (2**64 - 1, 1 - LEAST), (2**63, 0.5 + LEAST)])
def test_neither_0_nor_1_is_ever_drawn(bits: int, expected: float, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fixed:
        def random_raw(self, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
            return np.full(count, bits, np.uint64)

    stream = Stream(1, "cac")
    monkeypatch.setattr(stream, "_bits", Fixed())
    assert stream.next(1).tolist() == [expected]


def test_the_uniforms_are_uniform() -> None:
    """Chi-squared over 100 classes of a million draws: within the 99.9% point of 99 degrees, 148.2."""
    counts = np.bincount((Stream(5, "margin").next(1_000_000) * 100).astype(int), minlength=100)
    assert ((counts - 1e4) ** 2 / 1e4).sum() < 148.2
