"""Samples: error functions."""

from tests.samples.build import A, S, Sample, row, strided, turned

FLOATS_ONLY = (S("text"), S([1.0, 2.0]), S(1.0), S(None), S())


def few(**domain: float) -> list[Sample]:
    """A 0-d tensor, none, some, and more than a row of the C library's calls."""
    shapes = [(), (0,), (2, 3), (3, 1, 12)]
    return [*(S(A(*shape, **domain)) for shape in shapes), S(turned(3, 2, **domain))]


for _name in ("erf", "erfc"):
    row(f"{_name} special.{_name}", few(), S(strided(3, 12, low=-7, high=7)), refused=FLOATS_ONLY)
row("erfinv special.erfinv", few(low=-0.9, high=0.9), refused=FLOATS_ONLY)
row("special.erfcx", few(), S(A(30, low=-5, high=9)), refused=FLOATS_ONLY)
row("special.ndtr", few(), S(A(30, low=-9, high=9)), refused=FLOATS_ONLY)
row("special.log_ndtr", few(), S(A(30, low=-12, high=9)), refused=FLOATS_ONLY)
row("special.ndtri", few(low=0.05, high=0.95), refused=FLOATS_ONLY)
