"""A formula as text, made into a recorded computation: what ``python -m viz "..."`` draws.

``std = sqrt(((x1 - m)**2 + (x2 - m)**2) / 2) where m = (x1 + x2) / 2``

The text is read into a syntax tree by Python's own parser and walked through: numbers, names,
operators, conditions and functions, those of `viz.formula_meaning`. Nothing else has a meaning,
and nothing is ever handed to ``eval``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Tensor, float64, tensor
from viz.formula_meaning import CONSTANTS, FUNCTIONS, Evaluation, FormulaError
from viz.model import Graph
from viz.tracing.trace import trace

LONGEST = 2000
"""Formulas are at most so many characters long, ..."""
DEEPEST = 50
"""... each piece is nested so deep, ..."""
MOST = 100
"""... there are so many definitions, ..."""
ENTRIES = 1000
"""... and an input has so many entries."""

RESULT = "result"
"""What the result is called where the formula does not say."""


@dataclass(frozen=True, slots=True)
class Computation:
    """A formula that was computed: the result, and all tensors that have a name, in order."""

    result: Tensor
    names: Mapping[str, Tensor]


def trace_formula(text: str, at: Sequence[str] = ()) -> Graph:
    """The graph of a formula; ``at`` has values as the command line gives them, ``x1=-1``.

    Raises `FormulaError` for what cannot be understood.

    >>> from viz.formula_parser import trace_formula
    >>> print(trace_formula("y = a * b where b = a + 1", ["a=2"]).to_text("table"))
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
        known[each] = Evaluation(known).of(formulas[each])
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
    if re.search(r"\bwhere\s*\(", text):
        raise FormulaError("'where' begins the definitions; a choice is written x if x > 0 else 0")
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
