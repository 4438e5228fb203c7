"""A formula as text, made into a recorded computation: what ``python -m viz "..."`` draws.

``std = sqrt(((x1 - m)**2 + (x2 - m)**2) / 2) where m = (x1 + x2) / 2``

The text is read into a syntax tree by Python's own parser and walked through: numbers, names,
operators, conditions and the functions of `FUNCTIONS`. Nothing else has a meaning, and nothing is
ever handed to ``eval``.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import autograd
from autograd import Tensor, float64, tensor
from viz.model import Graph
from viz.trace import trace

LONGEST = 2000
"""Formulas are at most so many characters long, ..."""
DEEPEST = 50
"""... each piece is nested so deep, ..."""
MOST = 100
"""... there are so many definitions, ..."""
ENTRIES = 1000
"""... an input has so many entries, ..."""
LARGEST = 2000
"""... and no step gives more than this, so that two of them make nothing huge."""
POWER = 1000
"""Powers with a number as exponent go so far."""

RESULT = "result"
"""What the result is called where the formula does not say."""

CONSTANTS = {"pi": math.pi, "e": math.e}


class FormulaError(ValueError):
    """A formula, or a value for one of its names, cannot be understood.

    >>> from viz.formula_parser import compute
    >>> compute("x ^ 2", {"x": 3.0})
    Traceback (most recent call last):
    viz.formula_parser.FormulaError: 'x ^ 2': a power is written with **, as in x**2
    """


@dataclass(frozen=True, slots=True)
class Computation:
    """A formula that was computed: the result, and all tensors that have a name, in order."""

    result: Tensor
    names: Mapping[str, Tensor]


def trace_formula(text: str, at: Sequence[str] = ()) -> Graph:
    """The graph of a formula; ``at`` has values as the command line gives them, ``x1=-1``.

    Raises `FormulaError` for what cannot be understood.

    >>> from viz.formula_parser import trace_formula
    >>> print(trace_formula("y = a * b where b = a + 1", ["a=2"]).to_text())
    node  operation  value  gradient  upstream x local = contribution
    a     leaf           2         5
    b     add 1          3         2  a: 2 x 1 = +2
    y     mul            6         1  a: 1 x 3 = +3
                                      b: 1 x 2 = +2
    """
    done = compute(text, values_of(at))
    return trace(done.result, names=done.names)


def values_of(at: Sequence[str]) -> dict[str, Any]:
    """The values in arguments such as ``x1=-1`` or ``v=[1, 2]``: numbers and lists of numbers.

    >>> from viz.formula_parser import values_of
    >>> values_of(["x1=-1", "v=[1, 2]"])
    {'x1': -1.0, 'v': [1.0, 2.0]}
    """
    values: dict[str, Any] = {}
    for each in at:
        name, equals, text = each.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise FormulaError(
                f"--at {each!r} is no value; write NAME=NUMBER, as in --at x1=-1 x2=3, or a list "
                "in quotes, as in --at 'v=[1, 2]'"
            )
        if name in values:
            raise FormulaError(f"--at gives {name} twice")
        values[name] = _value(name, text.strip())
    return values


def _value(name: str, text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        pass
    problem = f"{name}={text[:60]}: a value is a number or a list of numbers, as in 0.5 or [1, 2]"
    if len(text) > 100 * ENTRIES:
        raise FormulaError(problem)
    try:
        read = ast.literal_eval(text)
        return _numbers(read, 0)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError, OverflowError):
        raise FormulaError(problem) from None


def _numbers(value: Any, depth: int) -> Any:
    if isinstance(value, (list, tuple)) and depth < 4:
        return [_numbers(each, depth + 1) for each in value]
    if type(value) in (int, float):
        return float(value)
    raise TypeError(value)


def compute(text: str, values: Mapping[str, Any]) -> Computation:
    """A formula computed in float64, every input a tensor that requires grad.

    ``text`` is ``FORMULA`` or ``NAME = FORMULA``, and after it may stand ``where NAME = FORMULA``,
    any number of them with commas or semicolons between, in any order. Raises `FormulaError` for
    what cannot be understood: unknown names, definitions in a circle, names without a value.

    >>> from viz.formula_parser import compute
    >>> done = compute("sqrt(v) where v = (x - 1)**2 + 7", {"x": 4.0})
    >>> done.result.item(), list(done.names)
    (4.0, ['x', 'v', 'result'])
    """
    name, formulas = _pieces(text)
    _check_names(formulas, values)
    known: dict[str, Any] = {}
    for each, value in values.items():
        known[each] = _input(each, value)
    for each in _order(name, formulas):
        known[each] = _Evaluation(known).of(formulas[each])
    result = known[name]
    if not isinstance(result, Tensor) or not result.requires_grad:
        raise FormulaError(
            f"{text[:80]!r} depends on no input, so nothing flows back: write a formula of at "
            "least one name, and give it a value with --at"
        )
    return Computation(
        result, {each: value for each, value in known.items() if isinstance(value, Tensor)}
    )


def _input(name: str, value: Any) -> Tensor:
    try:
        made = tensor(value, dtype=float64, requires_grad=True)
    except (ValueError, TypeError) as error:
        raise FormulaError(f"{name}={value}: {error}") from None
    if not 0 < made.numel() <= ENTRIES:
        raise FormulaError(f"{name} has {made.numel()} entries; an input has 1 to {ENTRIES}")
    made.name = name
    return made


# ------------------------------------------------------------------- the text in pieces


def _pieces(text: str) -> tuple[str, dict[str, ast.expr]]:
    """The name of the result, and all formulas by their names."""
    if len(text) > LONGEST:
        raise FormulaError(f"the formula has {len(text)} characters; {LONGEST} are allowed")
    head, *rest = re.split(r"\bwhere\b", text)
    if len(rest) > 1:
        raise FormulaError("'where' may stand once; put commas between the definitions")
    name, formula = _named(head.strip())
    formulas = {name or RESULT: _parsed(formula)}
    for definition in _definitions(rest[0]) if rest else ():
        given, formula = _named(definition)
        if given is None:
            raise FormulaError(f"where {definition[:60]!r}: a definition is NAME = FORMULA")
        if given in formulas:
            raise FormulaError(f"{given} is defined twice")
        formulas[given] = _parsed(formula)
    if len(formulas) > MOST:
        raise FormulaError(f"there are {len(formulas)} definitions; {MOST} are allowed")
    return name or RESULT, formulas


def _named(text: str) -> tuple[str | None, str]:
    """``NAME = FORMULA`` as both, a formula alone as None and the formula."""
    found = re.fullmatch(r"\s*(\w+)\s*=(?!=)(.*)", text, re.DOTALL)
    if found is None:
        return None, text
    name = found[1]
    if not name.isidentifier() or name in CONSTANTS:
        raise FormulaError(f"{name!r} cannot be defined: it is a constant, or no name")
    return name, found[2]


def _definitions(text: str) -> list[str]:
    """What stands between commas and semicolons that are in no brackets."""
    parts, depth = [""], 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c in ",;" and not depth:
            parts.append("")
        else:
            parts[-1] += c
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    return [each.strip() for each in parts]


def _parsed(text: str) -> ast.expr:
    if not text.strip():
        raise FormulaError("a formula is missing; write one, as in x**2 + 1")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        hint = ""
        if re.search(r"\d\s*[A-Za-z(]|\)\s*[\w(]", text):
            hint = "; a product needs its *, as in 2*x"
        raise FormulaError(f"{text.strip()[:80]!r} is not a formula{hint}") from None
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree
    raise FormulaError(
        f"{text.strip()[:40]!r}... is nested more than {DEEPEST} deep; give parts of it names: "
        "... where m = ..."
    )


def _names_in(tree: ast.expr) -> list[str]:
    """The names in a formula, in order, without those of functions."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return list(dict.fromkeys(node.id for node in found if id(node) not in called))


def _check_names(formulas: Mapping[str, ast.expr], values: Mapping[str, Any]) -> None:
    used = list(dict.fromkeys(name for tree in formulas.values() for name in _names_in(tree)))
    inputs = [name for name in used if name not in formulas and name not in CONSTANTS]
    for name in values:
        if name in formulas:
            raise FormulaError(f"{name} is defined in the formula, so --at cannot set it, too")
        if name not in inputs:
            there = ", ".join(inputs) or "none"
            raise FormulaError(f"--at gives {name}, which the formula does not use; it has {there}")
    missing = [name for name in inputs if name not in values]
    functions = [name for name in missing if name in FUNCTIONS]
    if functions:
        raise FormulaError(f"{functions[0]} is a function: write {functions[0]}(...)")
    if missing:
        told = " ".join(f"{name}=..." for name in missing)
        raise FormulaError(
            f"{', '.join(missing)} {'has' if len(missing) == 1 else 'have'} no value: add "
            f"--at {told}, or define it: ... where {missing[0]} = ..."
        )


def _order(name: str, formulas: Mapping[str, ast.expr]) -> list[str]:
    """The definitions that the result needs, each after those that it uses."""
    order: list[str] = []
    open_: list[str] = []
    stack = [(name, False)]
    while stack:
        each, done = stack.pop()
        if done:
            open_.pop()
            order.append(each)
        elif each in open_:
            circle = " -> ".join([*open_[open_.index(each) :], each])
            raise FormulaError(f"the definitions go in a circle: {circle}; one must not use itself")
        elif each not in order:
            open_.append(each)
            stack.append((each, True))
            needed = [other for other in _names_in(formulas[each]) if other in formulas]
            stack += [(other, False) for other in reversed(needed)]
    return order


# ------------------------------------------------------------------------ what it means


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


class _Evaluation:
    """Computes a formula from what its names stand for; numbers stay numbers, in float."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def of(self, tree: ast.expr) -> Any:
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
