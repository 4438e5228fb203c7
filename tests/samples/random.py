"""Samples: random numbers, the same in both libraries."""

from tests.samples.build import A, S, bools, ints, row, strided, turned

SHAPES = [
    S(A(3)),
    S(A()),
    S(A(4, 5)),
    S(A(0)),
    S(turned(4, 5)),
    S(strided(3, 6)),
    S(turned(2, 3, 2)),
]
DRAWS = {"random": True, "whole": False}

row(
    "bernoulli",
    [S(A(*shape, low=0, high=1)) for shape in ((3,), (), (4, 5), (0,))],
    S(turned(4, 5, low=0, high=1)),
    S(ints(4), 0.25),
    S(A(2, 2, low=0, high=1), generator=None),
    refused=(S(A(2, low=2, high=3)), S(ints(2)), S(0.5), S()),
    **DRAWS,
)
row(
    "poisson",
    [S(A(*shape, low=0, high=9)) for shape in ((3,), (), (4, 5), (0,))],
    S(A(40, low=10, high=200)),
    S(turned(4, 5, low=0, high=20)),
    refused=(S(A(2, low=-3, high=-2)), S(ints(2)), S(0.5)),
    **DRAWS,
)
row(
    "multinomial",
    S(A(5, low=0, high=1), 3),
    S(A(5, low=0, high=1), 1),
    S(A(5, low=0, high=1), 8, True),
    S(A(5, low=0, high=1), 1, replacement=True),
    S(A(3, 5, low=0, high=1), 5),
    S(turned(3, 5, low=0, high=1), num_samples=4, replacement=True),
    S(turned(3, 5, low=0, high=1), 2),
    S(A(0, 3), 2, True),
    refused=(
        *(S(A(3, low=0, high=1), n) for n in (4, 0, -1, 1.5)),
        S(A(3, low=-2, high=-1), 1),
        S(ints(3, low=1), 1),
        S(A(2, 2, 2, low=0, high=1), 1),
        S(A(low=0, high=1), 1),
        S(A(3, low=0, high=0), 1),
        S(A(3)),
    ),
    grad=False,
    **DRAWS,
)
row(
    "uniform_",
    SHAPES,
    S(A(20), -1.5, 2.5),
    refused=(S(A(2), 2, 1), S(ints(2)), S(bools(2)), S(A(2), "a")),
    **DRAWS,
)
row(
    "normal_",
    SHAPES,
    S(A(20), -1.5, 2.5),
    S(A(3), mean=1.0, std=0.5),
    refused=(S(A(2), 0, -1), S(ints(2)), S(A(2), "a")),
    **DRAWS,
)
row(
    "exponential_",
    SHAPES,
    S(A(5), 2.5),
    S(A(5), lambd=0.5),
    refused=(S(A(2), 0.0), S(ints(2))),
    **DRAWS,
)
row(
    "cauchy_",
    SHAPES,
    S(A(5), 1.0, 2.5),
    S(A(5), median=3.0, sigma=0.5),
    refused=(S(A(2), 0, 0), S(ints(2))),
    **DRAWS,
)
row(
    "log_normal_",
    SHAPES,
    S(A(5), 0.5, 0.25),
    S(A(5), mean=0, std=1),
    refused=(S(A(2), 0, 0), S(ints(2))),
    **DRAWS,
)
row(
    "geometric_",
    [S(*sample.args, 0.3) for sample in SHAPES],
    S(ints(5), p=0.5),
    refused=(S(A(2), 0.0), S(A(2), 1.0), S(A(2)), S(bools(2), 0.5)),
    **DRAWS,
)
row(
    "random_",
    SHAPES,
    [S(array, *bounds) for array in (A(5), ints(5)) for bounds in ((7,), (-3, 4), (5, None))],
    [S(ints(5, dtype=dtype)) for dtype in ("uint8", "int8", "int16", "int32", "int64")],
    S(bools(5)),
    S(bools(5), 0, None),
    S(ints(4), 2**40),
    S(ints(3, dtype="uint8"), 250, None),
    refused=(S(A(2), 0), S(A(2), 5, 2), S(ints(2, dtype="uint8"), 300), S(A(2), "a")),
    **DRAWS,
)
row(
    "bernoulli_",
    SHAPES,
    S(A(5), 0.9),
    S(ints(5), 0.3),
    S(bools(5), p=0.3),
    S(A(4, 5), A(5, low=0, high=1)),
    S(turned(4, 5), A(4, 1, low=0, high=1)),
    S(A(3), A(low=0, high=1)),
    refused=(
        S(A(2), 1.5),
        S(A(2), A(2, low=1.1, high=2)),
        S(A(2), ints(2)),
        S(A(3), A(2, low=0, high=1)),
        S(A(3), A(2, 3, low=0, high=1)),
    ),
    **DRAWS,
)
