"""Samples: special functions."""

from tests.samples.build import A, S, Sample, ints, only_here, row, strided, turned
from tests.samples.error_functions import FLOATS_ONLY, few

NUMBERS = "numbers alone are refused, with one tensor they are not"
# torch's polygamma(1, x) has nine digits for small x, and more from about 12 on.
SMALL = only_here(*few(low=0.2, high=6), S(A(5, low=-1.9, high=-1.1)))
LARGE = few(low=12, high=20)

row("lgamma special.gammaln", SMALL, LARGE, refused=FLOATS_ONLY)
row("digamma special.digamma special.psi", SMALL, LARGE, refused=FLOATS_ONLY)
row(
    "polygamma special.polygamma",
    [S(n, A(*shape, low=0.3, high=4)) for n in (2, 3) for shape in ((), (2, 3))],
    [S(n, turned(3, 2, low=12, high=20)) for n in (0, 1)],
    S(2, A(3, low=-1.8, high=-1.2)),
    S(2, A(0)),
    S(n=2, input=A(2, low=0.3)),
    refused=(S(-1, A(2)), S(1.5, A(2)), S(A(2), 1), S(1), S(1, 2.0)),
)
row("polygamma_", S(A(3, low=0.3), 2), whole=False)
row(
    "mvlgamma special.multigammaln",
    [S(A(*shape, low=14, high=20), p) for p in (1, 2, 5) for shape in ((), (2, 3))],
    only_here(S(turned(2, 3, low=1.1, high=5), p=3)),
    S(A(0), 2),
    refused=(S(A(2), 0), S(A(2), 1.5), S(A(2)), S(2.0, 1)),
)
INCOMPLETE = [  # by the first one there is no derivative: see test_special
    S(ints(2, 3, low=1, high=2), A(2, 3, low=0.2, high=5)),
    S(ints(3, low=1, high=2), A(2, 1, low=0.2, high=5)),
    S(ints(low=1, high=2), A(3, low=0.2)),
    S(ints(0), A(0)),
]
for _names in ("igamma special.gammainc", "igammac special.gammaincc"):
    row(
        _names,
        INCOMPLETE,
        refused=(S(A(2), A(3)), S(A(2), 1.0), S(1.0, A(2)), S(ints(2), ints(2)), S(A(2))),
    )
row(
    "special.zeta",
    S(2.5, A(2, 3, low=0.2)),
    S(2, A(low=0.2)),
    S(ints(3, low=2), A(2, 3, low=0.2)),
    S(ints(2, low=2), A(3, 1, low=0.2)),
    S(ints(0), A(1)),
    refused=(S(2.0, 1.0), S(A(2), A(3)), S(A(2)), S(A(2), "a")),
)
TWO = [
    S(A(2, 3), A(2, 3, low=0.2)),
    S(A(), A(3, low=0.2)),
    S(A(2, 1), A(3, low=0.2)),
    S(turned(2, 3), strided(2, 3, low=0.2)),
    S(A(0), A(1, low=0.2)),
    *(S(A(3), number) for number in (2, 0.5, True)),
    *(S(number, A(3, low=0.2)) for number in (2, 0.5, 0)),
]
for _names in ("xlogy special.xlogy", "special.xlog1py"):
    row(_names, TWO, refused=(S(2.0, 1.0), S(A(2), A(3)), S(A(2)), S(A(2), "a")))
row("special.entr", few(low=0.1), refused=FLOATS_ONLY)

for _name in ("i0 special.i0", "special.i0e", "special.i1", "special.i1e"):
    row(_name, few(away=(0,)), S(A(3, low=9, high=20)), refused=FLOATS_ONLY)


def here(*samples: Sample) -> list[Sample]:
    return only_here(*samples)


for _name in ("bessel_j0", "bessel_j1", "modified_bessel_i0", "modified_bessel_i1", "airy_ai"):
    row(f"special.{_name}", here(*few()), refused=FLOATS_ONLY)
row("special.spherical_bessel_j0", here(*few(away=(0,))), refused=FLOATS_ONLY)
for _name in ("bessel_y", "modified_bessel_k", "scaled_modified_bessel_k"):
    for _n in (0, 1):
        row(f"special.{_name}{_n}", here(*few(low=0.2)), refused=FLOATS_ONLY)

for _name in (
    *(f"chebyshev_polynomial_{kind}" for kind in "tuvw"),
    *(f"shifted_chebyshev_polynomial_{kind}" for kind in "tuvw"),
    *("hermite_polynomial_h", "hermite_polynomial_he"),
    *("laguerre_polynomial_l", "legendre_polynomial_p"),
):
    row(
        f"special.{_name}",
        here(
            *(S(A(3), n) for n in (0, 1, 5)),
            S(A(2, 3), ints(3, low=-1, high=7)),
            S(A(), ints(2, low=0)),
            S(turned(2, 3), ints(low=3)),
            S(A(0), ints(1)),
        ),
        S(0.5, ints(3, low=0)),
        S(ints(2, 3), 2.7),
        refused=(S(2.0, 1.0), S(A(2), A(3)), S(A(2)), S(A(2), "a")),
    )
