"""The table: what every operator computes, and its derivative by each input, as in a calculus book.

A row is ``"name(inputs)": (result, derivative by the first input, by the second, ...)`` in
Python's syntax. The inputs and parameters have the operator's own names (`autograd.ops`), ``y``
is the result, and a condition is Python's ``a if condition else b``. A derivative is a factor for
each entry, or, where ``g`` stands in it, what the gradient ``g`` of the result becomes on its way
back to this input. None: there is no derivative by this input. Where a row depends on parameters
it is a function of them.

Written with these: ``n``, how many entries a reduction puts together; ``axes`` and ``dim``, along
which; ``place(g)``, zeros with ``g`` where its entries came from; ``part(g)``, the entries of
``g`` that came from this input; ``others(x)``, for each entry the product of all others;
``Phi`` and ``phi``, the standard normal distribution and its density.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Row: TypeAlias = tuple[str | None, ...]
Params: TypeAlias = Mapping[str, Any]

STEP = "1 if x > 0 else 0"
GELU_TANH = "tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))"

ELEMENTWISE: dict[str, Row] = {
    # sums, products, quotients
    "add(a, b)": ("a + b", "1", "1"),
    "sub(a, b)": ("a - b", "1", "-1"),
    "mul(a, b)": ("a * b", "b", "a"),
    "div(a, b)": ("a / b", "1 / b", "-a / b ** 2"),
    "neg(x)": ("-x", "-1"),
    "div_floor(a, b)": ("floor(a / b)", "0", "0"),
    "div_trunc(a, b)": ("trunc(a / b)", "0", "0"),
    "remainder(a, b)": ("a - b * floor(a / b)", "1", "-floor(a / b)"),
    "fmod(a, b)": ("a - b * trunc(a / b)", "1", "-trunc(a / b)"),
    "lerp(a, b, weight)": ("a + weight * (b - a)", "1 - weight", "weight", "b - a"),
    "addcmul(x, a, b)": ("x + value * a * b", "1", "value * b", "value * a"),
    "addcdiv(x, a, b)": ("x + value * a / b", "1", "value / b", "-value * a / b ** 2"),
    "standardized(x, mean, scale)": ("(x - mean) * scale", "scale", "-scale", "x - mean"),
    "less(h, apart, first, second)": (
        "h - first - apart * second",
        "1",
        "-second",
        "-1",
        "-apart",
    ),
    # powers, exponentials, logarithms
    "pow(a, b)": ("a ** b", "b * a ** (b - 1)", "y * log(a)"),
    "square(x)": ("x ** 2", "2 * x"),
    "sqrt(x)": ("sqrt(x)", "1 / (2 * y)"),
    "rsqrt(x)": ("1 / sqrt(x)", "-y ** 3 / 2"),
    "reciprocal(x)": ("1 / x", "-y ** 2"),
    "hypot(a, b)": ("sqrt(a ** 2 + b ** 2)", "a / y", "b / y"),
    "exp(x)": ("exp(x)", "y"),
    "exp2(x)": ("2 ** x", "y * log(2)"),
    "expm1(x)": ("exp(x) - 1", "y + 1"),
    "exp_apart(x, top)": ("exp(x - top)", "y", None),
    "log(x)": ("log(x)", "1 / x"),
    "log1p(x)": ("log(1 + x)", "1 / (1 + x)"),
    "log2(x)": ("log2(x)", "1 / (x * log(2))"),
    "log10(x)": ("log10(x)", "1 / (x * log(10))"),
    "logaddexp(a, b)": ("log(exp(a) + exp(b))", "exp(a - y)", "exp(b - y)"),
    "logaddexp2(a, b)": ("log2(2 ** a + 2 ** b)", "2 ** (a - y)", "2 ** (b - y)"),
    "xlogy(a, b)": ("a * log(b)", "log(b)", "a / b"),
    "special_xlog1py(a, b)": ("a * log(1 + b)", "log(1 + b)", "a / (1 + b)"),
    "special_entr(x)": ("-x * log(x)", "-log(x) - 1"),
    "frexp(x)": ("x * 2 ** exponent", "2 ** exponent"),
    # trigonometry
    "sin(x)": ("sin(x)", "cos(x)"),
    "cos(x)": ("cos(x)", "-sin(x)"),
    "tan(x)": ("tan(x)", "1 + y ** 2"),
    "asin(x)": ("asin(x)", "1 / sqrt(1 - x ** 2)"),
    "acos(x)": ("acos(x)", "-1 / sqrt(1 - x ** 2)"),
    "atan(x)": ("atan(x)", "1 / (1 + x ** 2)"),
    "atan2(a, b)": ("atan2(a, b)", "b / (a ** 2 + b ** 2)", "-a / (a ** 2 + b ** 2)"),
    "sinh(x)": ("sinh(x)", "cosh(x)"),
    "cosh(x)": ("cosh(x)", "sinh(x)"),
    "tanh(x)": ("tanh(x)", "1 - y ** 2"),
    "asinh(x)": ("asinh(x)", "1 / sqrt(x ** 2 + 1)"),
    "acosh(x)": ("acosh(x)", "1 / sqrt(x ** 2 - 1)"),
    "atanh(x)": ("atanh(x)", "1 / (1 - x ** 2)"),
    "deg2rad(x)": ("pi / 180 * x", "pi / 180"),
    "rad2deg(x)": ("180 / pi * x", "180 / pi"),
    # steps, choices, limits
    "abs(x)": ("abs(x)", "sign(x)"),
    "sign(x)": ("sign(x)", "0"),
    "sgn(x)": ("sign(x)", "0"),
    "copysign(a, b)": ("copysign(a, b)", "sign(a) * sign(b)", "0"),
    "nextafter(a, b)": ("nextafter(a, b)", "1 if a != b else 0", "0"),
    "floor(x)": ("floor(x)", "0"),
    "ceil(x)": ("ceil(x)", "0"),
    "trunc(x)": ("trunc(x)", "0"),
    "frac(x)": ("x - trunc(x)", "1"),
    "heaviside(x, values)": (
        "0 if x < 0 else values if x == 0 else 1",
        "0",
        "1 if x == 0 else 0",
    ),
    "nan_to_num(x)": ("nan_to_num(x)", "1 if isfinite(x) else 0"),
    "maximum(a, b)": (
        "max(a, b)",
        "1 if a > b else 1 / 2 if a == b else 0",
        "1 if b > a else 1 / 2 if a == b else 0",
    ),
    "minimum(a, b)": (
        "min(a, b)",
        "1 if a < b else 1 / 2 if a == b else 0",
        "1 if b < a else 1 / 2 if a == b else 0",
    ),
    "fmax(a, b)": (
        "max(a, b)",
        "1 if a >= b or isnan(b) else 0",
        "0 if a >= b or isnan(b) else 1",
    ),
    "fmin(a, b)": (
        "min(a, b)",
        "1 if a <= b or isnan(b) else 0",
        "0 if a <= b or isnan(b) else 1",
    ),
    "where(condition, a, b)": (
        "a if condition else b",
        None,
        "1 if condition else 0",
        "0 if condition else 1",
    ),
    "where(mask, a, b)": ("a if mask else b", None, "1 if mask else 0", "0 if mask else 1"),
    "where(mask, x)": ("x if mask else 0", None, "1 if mask else 0"),
    "masked_fill(x, mask, value)": (
        "value if mask else x",
        "0 if mask else 1",
        None,
        "1 if mask else 0",
    ),
    "to(x)": ("x", "1"),
    "clone(x)": ("x", "1"),
    # activations
    "relu(x)": ("max(x, 0)", STEP),
    "sigmoid(x)": ("1 / (1 + exp(-x))", "y * (1 - y)"),
    "log_sigmoid(x)": ("log(sigmoid(x))", "1 - sigmoid(x)"),
    "leaky_relu(x)": ("x if x > 0 else slope * x", "1 if x > 0 else slope"),
    "prelu(x, weight)": (
        "x if x > 0 else weight * x",
        "1 if x > 0 else weight",
        "0 if x > 0 else x",
    ),
    "elu(x)": (
        "scale * x if x > 0 else alpha * scale * (exp(input_scale * x) - 1)",
        "scale if x > 0 else alpha * scale * input_scale * exp(input_scale * x)",
    ),
    "silu(x)": ("x * sigmoid(x)", "sigmoid(x) * (1 + x * (1 - sigmoid(x)))"),
    "softplus(x)": (
        "x if beta * x > threshold else log(1 + exp(beta * x)) / beta",
        "1 if beta * x > threshold else sigmoid(beta * x)",
    ),
    "mish(x)": (
        "x * tanh(log(1 + exp(x)))",
        "tanh(log(1 + exp(x))) + x * sigmoid(x) * (1 - tanh(log(1 + exp(x))) ** 2)",
    ),
    "gelu(x)": ("x * Phi(x)", "Phi(x) + x * phi(x)"),
    "gelu_tanh(x)": (
        f"x / 2 * (1 + {GELU_TANH})",
        f"(1 + {GELU_TANH}) / 2"
        f" + x / 2 * (1 - {GELU_TANH} ** 2) * sqrt(2 / pi) * (1 + 0.134145 * x ** 2)",
    ),
    "hardtanh(x)": ("clamp(x, low, high)", "1 if low < x < high else 0"),
    "hardsigmoid(x)": ("clamp(x + 3, 0, 6) / 6", "1 / 6 if -3 < x < 3 else 0"),
    "hardswish(x)": (
        "x * clamp(x + 3, 0, 6) / 6",
        "0 if x <= -3 else 1 if x >= 3 else x / 3 + 1 / 2",
    ),
    "hardshrink(x)": ("x if abs(x) > lambd else 0", "1 if abs(x) > lambd else 0"),
    "softshrink(x)": ("x - clamp(x, -lambd, lambd)", "1 if abs(x) > lambd else 0"),
    "threshold(x)": ("x if x > bound else value", "1 if x > bound else 0"),
    # losses of each entry
    "smooth_l1_loss(x)": (
        "scale * (x ** 2 / (2 * beta) if abs(x) < beta else abs(x) - beta / 2)",
        "scale * clamp(x, -beta, beta) / beta",
    ),
    "binary_cross_entropy(x, target)": (
        "-(target * log(x) + (1 - target) * log(1 - x))",
        "(x - target) / (x * (1 - x))",
        "log(1 - x) - log(x)",
    ),
    "binary_cross_entropy_with_logits(x, target)": (
        "(1 - target) * x - log(sigmoid(x))",
        "sigmoid(x) - target",
        "-x",
    ),
    # special functions
    "erf(x)": ("erf(x)", "2 / sqrt(pi) * exp(-x ** 2)"),
    "erfc(x)": ("erfc(x)", "-2 / sqrt(pi) * exp(-x ** 2)"),
    "erfinv(x)": ("erfinv(x)", "sqrt(pi) / 2 * exp(y ** 2)"),
    "special_erfcx(x)": ("exp(x ** 2) * erfc(x)", "2 * x * y - 2 / sqrt(pi)"),
    "ndtr(x)": ("Phi(x)", "phi(x)"),
    "special_ndtr(x)": ("Phi(x)", "phi(x)"),
    "special_log_ndtr(x)": ("log(Phi(x))", "phi(x) / Phi(x)"),
    "special_ndtri(x)": ("ndtri(x)", "1 / phi(y)"),
    "lgamma(x)": ("lgamma(x)", "digamma(x)"),
    "digamma(x)": ("digamma(x)", "polygamma(1, x)"),
    "polygamma(x)": ("polygamma(n, x)", "polygamma(n + 1, x)"),
    "i0(x)": ("I0(x)", "I1(x)"),
    "special_i1(x)": ("I1(x)", "I0(x) - y / x"),
    "special_modified_bessel_i0(x)": ("I0(x)", "I1(x)"),
    "special_modified_bessel_i1(x)": ("I1(x)", "I0(x) - y / x"),
    "special_modified_bessel_k0(x)": ("K0(x)", "-K1(x)"),
    "special_modified_bessel_k1(x)": ("K1(x)", "-K0(x) - y / x"),
    "special_bessel_j0(x)": ("J0(x)", "-J1(x)"),
    "special_bessel_j1(x)": ("J1(x)", "J0(x) - y / x"),
    "special_bessel_y0(x)": ("Y0(x)", "-Y1(x)"),
    "special_bessel_y1(x)": ("Y1(x)", "Y0(x) - y / x"),
}
"""Functions of each entry by itself."""

_SPREAD = "sum((x - mean(x, axes)) ** 2, axes) / (n - correction)"

REDUCTIONS: dict[str, Row] = {
    "sum(x)": ("sum(x, axes)", "1"),
    "mean(x)": ("mean(x, axes)", "1 / n"),
    "var(x)": (_SPREAD, "2 * (x - mean(x, axes)) / (n - correction)"),
    "std(x)": (f"sqrt({_SPREAD})", "(x - mean(x, axes)) / ((n - correction) * y)"),
    "prod(x)": ("prod(x, axes)", "others(x, axes)"),
    "amax(x)": ("max(x, axes)", "1 / count(x == y, axes) if x == y else 0"),
    "amin(x)": ("min(x, axes)", "1 / count(x == y, axes) if x == y else 0"),
    "logsumexp(x)": ("log(sum(exp(x), axes))", "exp(x - y)"),
    "softmax(x)": ("exp(x) / sum(exp(x), dim)", "y * (g - sum(g * y, dim))"),
    "log_softmax(x)": ("x - log(sum(exp(x), dim))", "g - exp(y) * sum(g, dim)"),
    "cumsum(x)": ("cumsum(x, dim)", "cumsum_from_the_end(g, dim)"),
}
"""What puts entries together along axes."""

ARRANGING: dict[str, Row] = {
    "reshape(x)": ("reshape(x, shape)", "reshape(g, x_shape)"),
    "view(x)": ("reshape(x, shape)", "reshape(g, x_shape)"),
    "squeeze(x)": ("squeeze(x)", "reshape(g, x_shape)"),
    "unsqueeze(x)": ("unsqueeze(x, dim)", "reshape(g, x_shape)"),
    "t(x)": ("x.T", "g.T"),
    "transpose(x)": ("transpose(x, dim0, dim1)", "transpose(g, dim0, dim1)"),
    "expand(x)": ("expand(x, shape)", "sum_to(g, x_shape)"),
    "flip(x)": ("flip(x, dims)", "flip(g, dims)"),
    "tril(x)": ("tril(x, diagonal)", "tril(g, diagonal)"),
    "triu(x)": ("triu(x, diagonal)", "triu(g, diagonal)"),
    "diagonal(x)": ("diagonal(x, offset, dim1, dim2)", "place(g)"),
    "index(x)": ("x[index]", "place(g)"),
    "masked_select(x)": ("x[index]", "place(g)"),
    "gather(x, index)": ("gather(x, index, dim)", "place(g)", None),
    "index_select(x, index)": ("x[index]", "place(g)", None),
    "take(x, index)": ("x[index]", "place(g)", None),
    "embedding(weight, index)": ("weight[index]", "place(g)", None),
    "split(x)": ("split(x, ends, dim)", "cat(g)"),
    "split_with_sizes(x)": ("split(x, ends, dim)", "cat(g)"),
    "unbind(x)": ("unbind(x, dim)", "stack(g)"),
}
"""What moves entries about and computes nothing."""

JOINING = {"cat": "cat", "stack": "stack", "block_diag": "block_diag"}
"""Operators of any number of inputs, which come back as the parts of the gradient."""


def _clamp(params: Params) -> Row:
    low, high = (f"{end}" if params.get(end, end) is not None else None for end in ("low", "high"))
    inside = "1 if {} else 0".format(" <= ".join(each for each in (low, "x", high) if each))
    result = f"clamp(x, {low}, {high})"
    if high is None:
        result = "max(x, low)"
    elif low is None:
        result = "min(x, high)"
    below = "1 if x < low else 0" if high is None else "1 if x < low and low < high else 0"
    above = "1 if x > high else 0" if low is None else "1 if x > high or high < low else 0"
    return result, inside, below if low else None, above if high else None


def _logit(params: Params) -> Row:
    if params.get("eps") is None:
        return "log(x / (1 - x))", "1 / (x * (1 - x))"
    kept = "clamp(x, eps, 1 - eps)"
    return f"log({kept} / (1 - {kept}))", "1 / (x * (1 - x)) if eps <= x <= 1 - eps else 0"


def _sinc(params: Params) -> Row:
    if params.get("order", 0):
        return None, None
    return "sin(pi * x) / (pi * x)", "(cos(pi * x) - y) / x"


def _round(params: Params) -> Row:
    return ("round(x, decimals)" if params.get("decimals") else "round(x)"), "0"


def _norm(params: Params) -> Row:
    p = params.get("p")
    if p == 2:
        return "norm(x, axes)", "x / y"
    if p == 1:
        return "sum(abs(x), axes)", "sign(x)"
    if p == 0:
        return "count(x != 0, axes)", "0"
    if p in (float("inf"), float("-inf")):
        most = "max" if p > 0 else "min"
        shared = "sign(x) / count(abs(x) == y, axes) if abs(x) == y else 0"
        return f"{most}(abs(x), axes)", shared
    return "sum(abs(x) ** p, axes) ** (1 / p)", "sign(x) * (abs(x) / y) ** (p - 1)"


def _extreme(name: str) -> Callable[[Params], Row]:
    def row(params: Params) -> Row:
        if "index" in params:
            return f"{name}(x, dim)", "place(g)"
        return f"{name}(x, axes)", "1 / count(x == y, axes) if x == y else 0"

    return row


def _cross_entropy(params: Params) -> Row:
    weight = "weight * " if params.get("weighted") else ""
    result = "log(sum(exp(x), dim)) - x[target]"
    return (
        f"{weight}({result})" if weight else result,
        f"{weight}g * (softmax(x, dim) - onehot(target))",
    )


def _nll(params: Params) -> Row:
    weight = "weight * " if params.get("weighted") else ""
    return f"-{weight}x[target]", f"-{weight}g * onehot(target)"


def _product(params: Params) -> Row:
    """Of vectors (a row on the left, a column on the right), matrices and stacks of them."""
    ranks = tuple(len(params.get(f"{port}_shape", (0, 0))) for port in "ab")
    if ranks == (1, 1):
        return "a @ b", "b", "a"
    left = "outer(g, b)" if ranks[1] == 1 else "g @ b.T"
    right = "outer(a, g)" if ranks[0] == 1 else "a.T @ g"
    return "a @ b", left, right


def _permute(params: Params) -> Row:
    dims = params.get("dims")
    back = sorted(range(len(dims)), key=lambda i: dims[i]) if dims else "dims"
    return "permute(x, dims)", f"permute(g, {tuple(back) if dims else back})"


def _slice(params: Params) -> Row:
    return f"x[{subscript(params['index'])}]" if "index" in params else "x[index]", "place(g)"


def subscript(index: Any) -> str:
    """An index in Python's words; ``index`` where it is an array or otherwise long.

    >>> from viz.formulas.table import subscript
    >>> subscript((0, slice(1, None)))
    '0, 1:'
    """
    words = []
    for each in index if isinstance(index, tuple) else (index,):
        if each is Ellipsis:
            words.append("...")
        elif each is None or isinstance(each, int):
            words.append(str(each))
        elif isinstance(each, slice):
            ends = ["" if end is None else str(end) for end in (each.start, each.stop)]
            step = "" if each.step is None else f":{each.step}"
            words.append(":".join(ends) + step)
        else:
            return "index"
    return ", ".join(words) or "..."


DEPENDING: dict[str, Callable[[Params], Row]] = {
    **{f"{name}(x, low, high)": _clamp for name in ("clamp", "clamp_min", "clamp_max")},
    "logit(x)": _logit,
    "sinc(x)": _sinc,
    "round(x)": _round,
    "linalg_vector_norm(x)": _norm,
    "max(x)": _extreme("max"),
    "min(x)": _extreme("min"),
    "cross_entropy_loss(x)": _cross_entropy,
    "nll_loss(x)": _nll,
    **{f"{name}(a, b)": _product for name in ("mm", "mv", "dot", "bmm")},
    "permute(x)": _permute,
    "slice(x)": _slice,
}
"""Rows that depend on parameters."""

ROWS: dict[str, Row] = {**ELEMENTWISE, **REDUCTIONS, **ARRANGING}
ROWS["celu(x)"] = ROWS["elu(x)"]
ROWS["huber_loss(x)"] = ROWS["smooth_l1_loss(x)"]


def row(name: str, ports: tuple[str, ...], params: Params) -> Row | None:
    """The row of an operator with these inputs, None where the table has none.

    >>> from viz.formulas.table import row
    >>> row("mul", ("a", "b"), {})
    ('a * b', 'b', 'a')
    """
    key = f"{name}({', '.join(ports)})"
    depending = DEPENDING.get(key)
    return ROWS.get(key) if depending is None else depending(params)
