"""Special values: norms."""

from __future__ import annotations

from tests.special_values.build import INF, NAN, case

ORDERS = (0, 0.5, 1, 1.5, 2, 3, INF, -1, -INF)

for _p in ORDERS:
    case(f"norm {_p} at 0", lambda f, x, p=_p: f.linalg.vector_norm(x, p), [0.0, 0.0])
    case(f"norm {_p} with a zero", lambda f, x, p=_p: f.linalg.vector_norm(x, p), [0.0, 2.0, -3.0])
    case(f"norm {_p}, ties", lambda f, x, p=_p: f.linalg.vector_norm(x, p), [2.0, -2.0, 1.0, 1.0])
    case(
        f"norm {_p} by rows, inf and nan",
        lambda f, x, p=_p: f.linalg.vector_norm(x, p, 1),
        [[INF, 1.0], [-INF, 0.0], [NAN, 1.0], [INF, NAN], [0.0, 0.0]],
    )
for _p in (2, 1, 3):
    case(f"norm {_p} of one zero", lambda f, x, p=_p: f.norm(x, p), 0.0)
    case(f"norm {_p}, second order", lambda f, x, p=_p: f.norm(x, p), [1.0, -2.0], second=True)
    case(f"norm {_p} of nothing", lambda f, x, p=_p: f.norm(x, p), [])
    case(f"dist {_p} of equals", lambda f, a, b, p=_p: f.dist(a, b, p), [1.0, 2.0], [1.0, 2.0])
for _p in ("fro", "nuc", 1, -1, INF, -INF):
    case(
        f"matrix norm {_p} at 0",
        lambda f, x, p=_p: f.linalg.matrix_norm(x, p),
        [[0.0, 0.0], [0.0, 0.0]],
    )
case("renorm at 0", lambda f, x: f.renorm(x, 2, 0, 1.0), [[0.0, 0.0], [3.0, 4.0]])
case("renorm to 0", lambda f, x: f.renorm(x, 2, 0, 0.0), [[0.0, 0.0], [3.0, 4.0]])
case(
    "renorm of inf and nan",
    lambda f, x: f.renorm(x, 2, 0, 1.0),
    [[INF, 1.0], [NAN, 4.0]],
    unlike={"gradient": "a slice with a nan has the gradient nan, in torch 1"},
)
