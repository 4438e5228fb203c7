"""Samples of trigonometric and hyperbolic functions."""

from tests.samples.build import A, S, row
from tests.samples.elementwise import FLOATS_ONLY, TWO_ARGUMENTS, pairs, unary

INSIDE = {"low": -0.9, "high": 0.9}
for _names, _domain in {
    "sin": {},
    "cos": {},
    "tan": {"low": -1.2, "high": 1.2},
    "asin arcsin": INSIDE,
    "acos arccos": INSIDE,
    "atan arctan": {},
    "sinh": {},
    "cosh": {},
    "tanh": {},
    "asinh arcsinh": {},
    "acosh arccosh": {"low": 1.2, "high": 4},
    "atanh arctanh": INSIDE,
    "deg2rad": {"low": -180, "high": 180},
    "rad2deg": {},
}.items():
    row(_names, unary(**_domain), refused=FLOATS_ONLY)
row("sinc special.sinc", unary(), S(A(6, low=-8, high=8)), refused=FLOATS_ONLY)
row("atan2 arctan2", pairs({"away": (0,)}, {"away": (0,)}), refused=TWO_ARGUMENTS)
