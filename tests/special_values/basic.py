"""Special values of arithmetic, the oldest functions and reductions."""

from tests.special_values.build import (
    EDGES,
    INF,
    LEFT,
    NAN,
    RIGHT,
    SMALL,
    UNLIKE,
    case,
)

# Every function of one tensor at every edge.
case("exp", lambda f, x: f.exp(x), [*EDGES, 709.0, 710.0, -745.0, -746.0])
case("log", lambda f, x: f.log(x), EDGES)
case("sqrt", lambda f, x: f.sqrt(x), EDGES)
case("square", lambda f, x: f.square(x), EDGES)
case("abs", lambda f, x: f.abs(x), EDGES)
case("sign", lambda f, x: f.sign(x), EDGES)
case("sin", lambda f, x: f.sin(x), EDGES[:8])
case("cos", lambda f, x: f.cos(x), EDGES[:8])
case("tanh", lambda f, x: f.tanh(x), [*EDGES, 20.0, -20.0, 400.0])
case("sigmoid", lambda f, x: f.sigmoid(x), [*EDGES, 40.0, -40.0, 710.0, -710.0, -750.0])
case("relu", lambda f, x: f.relu(x), EDGES)
case("neg", lambda f, x: f.neg(x), EDGES)
case("isnan", lambda f, x: f.isnan(x) * x, EDGES)
case("isinf", lambda f, x: f.isinf(x), EDGES)
case("isfinite", lambda f, x: f.isfinite(x), EDGES)

# Every pair of edges.
case("add pairs", lambda f, a, b: a + b, LEFT, RIGHT)
case("sub pairs", lambda f, a, b: a - b, LEFT, RIGHT)
case("mul pairs", lambda f, a, b: a * b, LEFT, RIGHT)
case("div pairs", lambda f, a, b: a / b, LEFT, RIGHT)
case("maximum pairs", lambda f, a, b: f.maximum(a, b), LEFT, RIGHT)
case("minimum pairs", lambda f, a, b: f.minimum(a, b), LEFT, RIGHT)
case(
    "pow pairs",
    lambda f, a, b: a**b,
    [a for a in SMALL for _ in SMALL],
    [b for _ in SMALL for b in SMALL],
)
case(
    "remainder pairs",
    lambda f, a, b: a % b,
    [a for a in SMALL[:8] for _ in SMALL[2:8]],
    [b for _ in SMALL[:8] for b in SMALL[2:8]],
)
for _op in ("eq", "ne", "lt", "le", "gt", "ge"):
    case(f"{_op} pairs", lambda f, a, b, op=_op: getattr(f, op)(a, b), LEFT, RIGHT)

# Powers with a number.
for _n in (0, 1, 2, 3, -1, -2, 0.5, -0.5, 0.0, 2.0, 1.5, INF, -INF, NAN):
    case(f"x ** {_n}", lambda f, x, n=_n: x**n, SMALL)
for _n in (0, 1, 2, -2, 0.5, 0.0, INF, -INF, NAN):
    case(f"{_n} ** x", lambda f, x, n=_n: n**x, SMALL)
case("0 ** 0 as scalars", lambda f, a, b: a**b, 0.0, 0.0)
case("0 ** 2 as scalars", lambda f, a, b: a**b, 0.0, 2.0)
case("0 ** 0.5 as scalars", lambda f, a, b: a**b, 0.0, 0.5)
case("-2 ** 3 as scalars", lambda f, a, b: a**b, -2.0, 3.0)
case("x * x at 0", lambda f, x: x * x, 0.0)
case("1 / x", lambda f, x: 1 / x, EDGES)
case("x / 0", lambda f, x: x / 0, EDGES)
case("0 * x", lambda f, x: 0 * x, EDGES)

# Kinks and limits.
case("clamp at its limits", lambda f, x: f.clamp(x, -1, 1), EDGES)
case("clamp to inf", lambda f, x: f.clamp(x, -INF, INF), EDGES)
case("clamp to nan", lambda f, x: f.clamp(x, NAN, 1.0), EDGES)
case("clamp min > max", lambda f, x: f.clamp(x, 1, -1), EDGES)
case("clamp with tensors", lambda f, x, a, b: f.clamp(x, a, b), LEFT, RIGHT, [1.0] * len(LEFT))
case("clamp min only, ties", lambda f, x, a: f.clamp(x, a), LEFT, RIGHT)
case("clamp max only, ties", lambda f, x, a: f.clamp(x, max=a), LEFT, RIGHT)
case("x = min = max", lambda f, x, a, b: f.clamp(x, a, b), [1.0, 2.0], [1.0, 2.0], [1.0, 2.0])

# Ties.
TIES = [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [INF, INF, 0.0], [-INF, -INF, -INF]]
NANS = [[NAN, 1.0, 2.0], [1.0, NAN, NAN], [NAN, NAN, NAN], [INF, NAN, -INF]]
for _name, _values in (("ties", TIES), ("nan", NANS)):
    for _op in ("max", "min", "amax", "amin", "argmax", "argmin"):
        case(f"{_op}, {_name}", lambda f, x, op=_op: getattr(f, op)(x), _values)
        case(f"{_op} over 1, {_name}", lambda f, x, op=_op: getattr(f, op)(x, 1), _values)
        case(f"{_op} over 0, {_name}", lambda f, x, op=_op: getattr(f, op)(x, 0), _values)
    for _op in ("sum", "mean", "prod", "var", "std", "all", "any"):
        case(
            f"{_op} over 1, {_name}",
            lambda f, x, op=_op: getattr(f, op)(x, 1),
            _values,
            second=_op == "prod",
        )
case("maximum of itself", lambda f, x: f.maximum(x, x), [1.0, 0.0, NAN])
case("maximum of 0 and -0", lambda f, a, b: f.maximum(a, b), [0.0, -0.0], [-0.0, 0.0])

# Products with zeros.
case("prod without zeros", lambda f, x: f.prod(x), [2.0, 3.0, 4.0], second=True)
case("prod with one zero", lambda f, x: f.prod(x), [2.0, 0.0, 4.0], second=True)
case("prod with two zeros", lambda f, x: f.prod(x), [2.0, 0.0, 0.0, 4.0], second=True)
case("prod with only zeros", lambda f, x: f.prod(x), [0.0, 0.0, 0.0], second=True)
case("prod of one zero alone", lambda f, x: f.prod(x), [0.0], second=True)
case("prod of a 0-d zero", lambda f, x: f.prod(x), 0.0, second=True)
case(
    "prod with zeros by rows",
    lambda f, x: f.prod(x, 1),
    [[2.0, 0.0, 4.0], [0.0, 3.0, 0.0]],
    second=True,
)
case("prod with inf and 0", lambda f, x: f.prod(x), [INF, 2.0, 0.0], second=True)

# Spread of one value, or of equal ones.
case("std of equal samples", lambda f, x: f.std(x), [2.0, 2.0, 2.0])
case("var of equal samples", lambda f, x: f.var(x), [2.0, 2.0, 2.0])
case("std of equal rows", lambda f, x: f.std(x, 1), [[2.0, 2.0], [1.0, 3.0]])
case("std of two, population", lambda f, x: f.std(x, correction=0), [-1.0, 3.0])
case("std of one sample", lambda f, x: f.std(x), [2.0])
case("var of one sample", lambda f, x: f.var(x), [2.0])
case("std of one, population", lambda f, x: f.std(x, correction=0), [2.0])
case("var of one, population", lambda f, x: f.var(x, correction=0), [2.0])
case("var of a 0-d tensor", lambda f, x: f.var(x), 2.0)
case("std of a 0-d tensor, population", lambda f, x: f.std(x, correction=0), 2.0)
case("var with more correction than samples", lambda f, x: f.var(x, correction=5), [1.0, 2.0])
case("std with more correction than samples", lambda f, x: f.std(x, correction=5), [1.0, 2.0])
case("std with an infinity", lambda f, x: f.std(x), [1.0, INF])

# Nothing.
for _op in ("sum", "prod", "mean", "var", "std", "all", "any"):
    case(f"{_op} of nothing", lambda f, x, op=_op: getattr(f, op)(x), [], second=_op == "prod")
    case(
        f"{_op} over an empty dim",
        lambda f, x, op=_op: getattr(f, op)(x, 1),
        [[], []],
        second=_op == "prod",
    )
case("matmul over an empty dim", lambda f, a, b: a @ b.t(), [[], []], [[], [], []])

# Branches that are not taken.
case("where hides nan", lambda f, x: f.where(x > 0, f.sqrt(x), 0 * x), [1.0, -1.0, 0.0, 4.0])
case("where hides 1/0", lambda f, x: f.where(x == 0, x, 1 / x), [0.0, 2.0])
case("where with a safe input", lambda f, x: f.sqrt(f.where(x > 0, x, 1.0)), [1.0, -1.0, 0.0])
case("where picks nan", lambda f, x: f.where(x > 0, x, NAN), [1.0, -1.0, NAN])
case("relu of nan by hand", lambda f, x: f.where(x > 0, x, 0.0), EDGES)

# Compositions at their poles.
case("sqrt of a square", lambda f, x: f.sqrt(x * x), [0.0, 2.0, -3.0])
case("norm by hand at 0", lambda f, x: (x * x).sum().sqrt(), [0.0, 0.0])
case("x log x", lambda f, x: x * f.log(x), [0.0, 1.0, INF])
case("sigmoid by hand", lambda f, x: 1 / (1 + f.exp(-x)), [0.0, 1000.0, -1000.0])
case("log of sigmoid", lambda f, x: f.log(f.sigmoid(x)), [0.0, 1000.0, -1000.0])
case("0 / 0 matrix", lambda f, a, b: a @ b, [[INF, 1.0]], [[0.0], [1.0]])
case("repeated index", lambda f, x: x[[0, 0, 1]] * x[[1, 0, 0]], [INF, 2.0])

DIVIDES = "torch divides the product by the input, which loses what is known beside inf and nan"
UNLIKE.update(
    {
        ("gradient", "prod over 1, nan"): DIVIDES,
        ("second", "prod over 1, ties"): DIVIDES,
        ("second", "prod over 1, nan"): DIVIDES,
        ("second", "prod with inf and 0"): DIVIDES,
        (
            "sign",
            "maximum of 0 and -0",
        ): "of two zeros torch takes the second in long tensors alone",
        (
            "sign",
            "remainder pairs",
        ): "0 gets the divisor's sign, in torch the dividend's",
    }
)
