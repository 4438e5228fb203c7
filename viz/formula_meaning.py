"""What a formula of `viz.formula_parser` means: its functions and operators, on tensors.

Only what stands in the tables here has a meaning, and nothing is handed to ``eval``.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import autograd
from autograd import Tensor, float64, tensor

LARGEST = 2000
"""No step gives more entries than this, so that two of them make nothing huge."""
POWER = 1000
"""Powers with a number as exponent go so far."""

CONSTANTS = {"pi": math.pi, "e": math.e}


class FormulaError(ValueError):
    """A formula, or a value for one of its names, cannot be understood.

    >>> from viz.formula_parser import compute
    >>> compute("x ^ 2", {"x": 3.0})
    Traceback (most recent call last):
    viz.formula_meaning.FormulaError: 'x ^ 2': a power is written with **, as in x**2
    """


def _extreme(of_two: Callable[..., Any], of_all: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any) -> Any:
        if len(args) == 1:
            return of_all(args[0])
        return of_two(*args)

    return function


def _along_last(function: Callable[..., Any]) -> Callable[[Tensor], Tensor]:
    def along(x: Tensor) -> Tensor:
        result: Tensor = function(x, -1)
        return result

    return along


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(autograd, name)
        for name in (
            *("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "square", "abs", "sign"),
            *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh"),
            *("asinh", "acosh", "atanh", "relu", "sigmoid", "erf", "floor", "ceil", "round"),
            *("sum", "mean", "prod", "std", "var", "dot", "outer", "hypot", "reciprocal"),
        )
    },
    "ln": autograd.log,
    "norm": autograd.linalg.vector_norm,
    "max": _extreme(autograd.maximum, autograd.max),
    "min": _extreme(autograd.minimum, autograd.min),
    "softmax": _along_last(autograd.softmax),
    "log_softmax": _along_last(autograd.log_softmax),
    "logsumexp": _along_last(autograd.logsumexp),
}
"""The functions that a formula may use; those along a dimension take the last one."""

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.MatMult: operator.matmul,
    ast.Pow: operator.pow,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
HINTS: dict[type[ast.AST], str] = {
    ast.BitXor: "a power is written with **, as in x**2",
    ast.Mod: "there is no %; write x - y*floor(x/y)",
    ast.FloorDiv: "there is no //; write floor(x/y)",
    ast.Attribute: "the only attribute is .T, the transpose",
    ast.Lambda: "formulas have no lambda; define names after 'where'",
}


class Evaluation:
    """Computes a formula from what its names stand for; numbers stay numbers, in float."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def of(self, tree: ast.expr) -> Any:
        """The value of a formula: a tensor, a number, or a condition.

        Raises `FormulaError` for what has no meaning, and for what cannot be computed.
        """
        method = getattr(self, f"_{type(tree).__name__.lower()}", None)
        if method is None:
            raise _refused(tree, tree)
        try:
            value = method(tree)
        except FormulaError:
            raise
        except (RuntimeError, TypeError, ValueError, IndexError, ArithmeticError) as error:
            raise FormulaError(f"{_shown(tree)}: {error}") from None
        if isinstance(value, Tensor) and value.numel() > LARGEST:
            raise FormulaError(
                f"{_shown(tree)} has {value.numel()} entries; each step may have {LARGEST}"
            )
        return value

    def _constant(self, tree: ast.Constant) -> float:
        if type(tree.value) not in (int, float):
            raise FormulaError(f"{_shown(tree)}: formulas hold numbers and names")
        return float(tree.value)  # type: ignore[arg-type]  # the line above says so

    def _name(self, tree: ast.Name) -> Any:
        return self.known[tree.id] if tree.id in self.known else CONSTANTS[tree.id]

    def _list(self, tree: ast.List) -> Any:
        values = [self.of(each) for each in tree.elts]
        if any(isinstance(each, Tensor) for each in values):
            return autograd.stack([_as_tensor(each) for each in values])
        return tensor(values, dtype=float64)

    def _unaryop(self, tree: ast.UnaryOp) -> Any:
        if isinstance(tree.op, ast.USub):
            return -self.of(tree.operand)
        if isinstance(tree.op, ast.UAdd):
            return self.of(tree.operand)
        raise _refused(tree, tree.op)

    def _binop(self, tree: ast.BinOp) -> Any:
        function = OPERATORS.get(type(tree.op))
        if function is None:
            raise _refused(tree, tree.op)
        left, right = self.of(tree.left), self.of(tree.right)
        if isinstance(tree.op, ast.Pow) and isinstance(right, float) and abs(right) > POWER:
            raise FormulaError(
                f"{_shown(tree)}: the exponent {right:g} is too large; powers go to {POWER}"
            )
        result = function(left, right)
        if isinstance(result, complex):
            raise FormulaError(f"{_shown(tree)} is no real number")
        return result

    def _ifexp(self, tree: ast.IfExp) -> Any:
        condition = self._condition(tree.test)
        values = self.of(tree.body), self.of(tree.orelse)
        if isinstance(condition, bool):
            return values[0] if condition else values[1]
        return autograd.where(condition, *values)

    def _condition(self, tree: ast.expr) -> Any:
        if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
            raise FormulaError(
                f"{_shown(tree)}: a condition compares two things, as in x if x > 0 else 0"
            )
        compare = COMPARISONS.get(type(tree.ops[0]))
        if compare is None:
            raise _refused(tree, tree.ops[0])
        return compare(self.of(tree.left), self.of(tree.comparators[0]))

    def _call(self, tree: ast.Call) -> Any:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ast.unparse(tree.func)
        function = FUNCTIONS.get(name)
        if function is None:
            near = [each for each in FUNCTIONS if each[:2] == name[:2]]
            hint = f"Did you mean {', '.join(near)}? " if near else ""
            raise FormulaError(
                f"there is no function {name[:40]!r}. {hint}There are {', '.join(FUNCTIONS)}."
            )
        if tree.keywords or any(isinstance(each, ast.Starred) for each in tree.args):
            raise FormulaError(f"{_shown(tree)}: functions take their arguments in order")
        return function(*(_as_tensor(self.of(each)) for each in tree.args))

    def _attribute(self, tree: ast.Attribute) -> Any:
        if tree.attr != "T":
            raise _refused(tree, tree)
        value = _as_tensor(self.of(tree.value))
        return value.t()

    def _subscript(self, tree: ast.Subscript) -> Any:
        indices = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
        return _as_tensor(self.of(tree.value))[tuple(_index(each) for each in indices)]


def _index(tree: ast.expr) -> Any:
    if isinstance(tree, ast.Slice):
        ends = (tree.lower, tree.upper, tree.step)
        return slice(*(None if each is None else _index(each) for each in ends))
    sign = -1 if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub) else 1
    inner = tree.operand if isinstance(tree, ast.UnaryOp) else tree
    if isinstance(inner, ast.Constant) and type(inner.value) is int:
        return sign * inner.value
    raise FormulaError(f"{_shown(tree)}: an index is a whole number or a slice, as in v[0], v[1:]")


def _as_tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else tensor(value, dtype=float64)


def _shown(tree: ast.AST) -> str:
    text = ast.unparse(tree)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _refused(tree: ast.AST, culprit: ast.AST) -> FormulaError:
    hint = HINTS.get(type(culprit)) or (
        f"{type(culprit).__name__} has no place in a formula; it has numbers, names, + - * / ** @, "
        "functions, v[0], and a if x > 0 else b"
    )
    return FormulaError(f"{_shown(tree)}: {hint}")
