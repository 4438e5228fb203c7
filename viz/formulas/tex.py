"""Formulas written for people in LaTeX, with the names of this very graph."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping

from viz.formulas.rendering import ATOM, MINUS, POWER, PRODUCT, Plain, choices_of, is_number
from viz.formulas.syntax import parse
from viz.words import clean

LATEX_SIGNS = {
    "<": r"\lt",
    "<=": r"\le",
    ">": r"\gt",
    ">=": r"\ge",
    "==": "=",
    "!=": r"\ne",
}
FUNCTIONS = {
    "sqrt": r"\sqrt{%s}",
    "exp": "e^{%s}",
    "abs": r"\left|%s\right|",
    "norm": r"\left\lVert %s\right\rVert",
    "floor": r"\left\lfloor %s\right\rfloor",
    "ceil": r"\left\lceil %s\right\rceil",
}
"""LaTeX of functions that have a notation of their own."""

COMMANDS = {
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "log": r"\ln",
    "log2": r"\log_2",
    "log10": r"\log_{10}",
    "sigmoid": r"\sigma",
    "sum": r"\sum",
    "prod": r"\prod",
    "lgamma": r"\ln\Gamma",
    "digamma": r"\psi",
    "Phi": r"\Phi",
    "phi": r"\varphi",
    "Gamma": r"\Gamma",
    "zeta": r"\zeta",
    **{name: rf"\{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min")},
    **{f"{kind}{n}": f"{kind}_{n}" for kind in "IJKY" for n in (0, 1)},
}
"""LaTeX of names of functions; all others stand upright."""

REDUCING = frozenset({"sum", "mean", "prod", "norm", "count", "dot"})
"""Functions that make one number of an array."""

GREEK = frozenset(
    """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    """.split()  # noqa: SIM905 - thirty-four quoted words would be harder to read
)
SPECIAL = {
    "\\": r"}\backslash\text{",
    "^": r"}{\wedge}\text{",
    "~": r"}\sim\text{",
    "<": r"}\lt\text{",
    ">": r"}\gt\text{",
    "|": r"}\vert\text{",
    "`": "'",
    **{c: f"\\{c}" for c in "{}$&#%_"},
}
"""Characters of a name that LaTeX, or the Markdown around it, would take for its own."""


def latex(
    expression: str,
    names: Mapping[str, str] | None = None,
    arrays: Collection[str] = (),
    vectors: Collection[str] = (),
) -> str:
    r"""A formula in LaTeX, other names in the place of its own; no dollar signs around it.

    A name that is a `Tex` stands as it is. ``arrays`` says which of the formula's names are
    arrays: a product of two of them, entry by entry, is written with its own sign. ``vectors``
    are columns: in front of a matrix product they are turned.

    >>> from viz import formulas
    >>> print(formulas.latex("1 / (2 * y)", {"y": "sigma"}))
    \frac{1}{2\,\sigma}
    """
    return _Latex(names or {}, arrays, vectors).write(parse(expression))[0]


class Tex(str):
    """What is LaTeX already, to be put into a formula as it is."""

    __slots__ = ()


def symbol(name: str) -> str:
    r"""A name in LaTeX, whatever characters it has.

    >>> from viz.formulas.tex import symbol
    >>> print(symbol("x1"), symbol("mean"), symbol("deviation 1"), symbol("100%"))
    x_{1} \mathrm{mean} \text{deviation 1} \text{100\%}
    """
    name = clean(name)
    if name in GREEK:
        return f"\\{name}"
    parts = re.fullmatch(r"([A-Za-z]+)_?(\d*)", name)
    if parts:
        stem, index = parts.groups()
        word = _word(stem)
        return f"{word}_{{{index}}}" if index else word
    parts = re.fullmatch(r"([A-Za-z]+)_([A-Za-z]+)", name)
    if parts:
        stem, index = parts.groups()
        return f"{_word(stem)}_{{{_word(index)}}}"
    if re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?|[-+\d.e, \[\]]+", name):
        return _power_of_ten(name)
    return upright(name)


def upright(words: str) -> str:
    r"""Words in LaTeX, whatever characters they have.

    >>> from viz.formulas.tex import upright
    >>> print(upright("100% of {x}"))
    \text{100\% of \{x\}}
    """
    return rf"\text{{{''.join(SPECIAL.get(c, c) for c in words)}}}".replace(r"\text{}", "")


def _word(word: str) -> str:
    if word in GREEK:
        return f"\\{word}"
    return word if len(word) == 1 else rf"\mathrm{{{word}}}"


def _power_of_ten(text: str) -> str:
    """1e-07 as people write it."""
    return re.sub(
        r"(-?[\d.]+)e([-+]?)0*(\d+)",
        lambda m: rf"{m[1]} \cdot 10^{{{m[2].replace('+', '')}{m[3]}}}",
        text,
    )


class _Latex(Plain):
    """The same in LaTeX."""

    def __init__(
        self,
        names: Mapping[str, str],
        arrays: Collection[str] = (),
        vectors: Collection[str] = (),
        entries: Collection[str] = (),
    ) -> None:
        super().__init__(names)
        self.arrays = arrays
        self.vectors = vectors
        self.entries = entries
        """Arrays of which an entry is meant: within a sum over i."""

    def parentheses(self, text: str) -> str:
        return rf"\left({text}\right)"

    def _constant(self, tree: ast.Constant) -> tuple[str, int]:
        if tree.value is Ellipsis:
            return r"\dots", ATOM
        text = super()._constant(tree)[0]
        return (_power_of_ten(text), ATOM) if is_number(tree) else (rf"\text{{{text}}}", ATOM)

    def _name(self, tree: ast.Name) -> tuple[str, int]:
        if tree.id == "inf" and "inf" not in self.names:
            return r"\infty", ATOM
        name = self.names.get(tree.id, tree.id)
        text = name if isinstance(name, Tex) else symbol(name)
        if tree.id in self.entries:
            return (f"{text}_i" if len(text) == 1 else rf"\left({text}\right)_i"), ATOM
        if isinstance(name, Tex) and text.startswith((r"\frac", r"\left.")):
            return text, POWER
        return text, MINUS if text.startswith("-") else PRODUCT if r"\cdot" in text else ATOM

    def power(self, base: ast.expr, exponent: ast.expr) -> str:
        return f"{self.within(base, ATOM)}^{{{self.write(exponent)[0]}}}"

    def _binop(self, tree: ast.BinOp) -> tuple[str, int]:
        if isinstance(tree.op, ast.Div):
            return rf"\frac{{{self.write(tree.left)[0]}}}{{{self.write(tree.right)[0]}}}", PRODUCT
        return super()._binop(tree)

    def within(self, tree: ast.expr, least: int) -> str:
        # A fraction is a factor without parentheses on either side.
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div) and least <= POWER:
            return self.write(tree)[0]
        return super().within(tree, least)

    def joined(self, left: str, sign: str, right: str, tree: ast.BinOp) -> str:
        if sign == "@":
            turned = isinstance(tree.left, ast.Name) and tree.left.id in self.vectors
            top = r"^{\top}" if turned else ""
            return rf"{left}{top}\,{right}"
        if sign == "*":
            if self.is_array(tree.left) and self.is_array(tree.right):
                return rf"{left} \odot {right}"
            counted = is_number(tree.left) and not right[0].isdigit()
            return rf"{left}\,{right}" if counted else rf"{left} \cdot {right}"
        return f"{left} {sign} {right}"

    def is_array(self, tree: ast.expr) -> bool:
        """Whether this is an array, as far as the names tell: sums of arrays are none."""
        if isinstance(tree, ast.Name):
            return tree.id in self.arrays
        if isinstance(tree, ast.Subscript):
            return False
        if isinstance(tree, ast.Call):
            whole = isinstance(tree.func, ast.Name) and tree.func.id in REDUCING
            return not whole and any(self.is_array(each) for each in tree.args)
        children = [each for each in ast.iter_child_nodes(tree) if isinstance(each, ast.expr)]
        return any(self.is_array(each) for each in children)

    def sign(self, sign: str) -> str:
        return LATEX_SIGNS[sign]

    def word(self, word: str) -> str:
        return rf" \text{{ {word} }} "

    def _ifexp(self, tree: ast.IfExp) -> tuple[str, int]:
        choices, rest = choices_of(tree)
        lines = [
            rf"{self.write(value)[0]} & \text{{if }} {self.write(condition)[0]}"
            for value, condition in choices
        ]
        lines.append(rf"{self.write(rest)[0]} & \text{{otherwise}}")
        rows = r" \\ ".join(lines)
        return rf"\begin{{cases}}{rows}\end{{cases}}", PRODUCT

    def _call(self, tree: ast.Call) -> tuple[str, int]:
        if not isinstance(tree.func, ast.Name):
            raise ValueError("functions in formulas are called by their name")
        name = tree.func.id
        below = "".join(
            rf"\text{{{each.arg} }}{self.write(each.value)[0]}"
            for each in tree.keywords
            if each.arg != "keepdims"
        )
        inside = ", ".join(self.write(each)[0] for each in tree.args)
        if name == "outer" and len(tree.args) == 2:
            left, right = (self.within(each, ATOM) for each in tree.args)
            return rf"{left}\,{right}^{{\top}}", PRODUCT
        if name == "exp" and self.is_array(tree):
            return rf"\exp\left({inside}\right)", POWER
        if name in FUNCTIONS and not below:
            bracketed = name not in ("sqrt", "exp")
            return FUNCTIONS[name] % inside, ATOM if bracketed else POWER
        if name == "others" and tree.args:
            return rf"\prod_{{j \ne i}} \left({inside}\right)_j", PRODUCT
        command = COMMANDS.get(name) or rf"\operatorname{{{name}}}".replace("_", r"\_")
        if name in ("sum", "prod") and tree.args:
            if below or not self.is_array(tree.args[0]):
                inside = self.within(tree.args[0], POWER if name == "sum" else ATOM)
                return rf"{command}{f'_{{{below}}}' if below else ''} {inside}", MINUS
            entry = _Latex(self.names, (), entries=self.arrays)
            return rf"{command}_i {entry.within(tree.args[0], PRODUCT)}", MINUS
        if name == "onehot":
            return rf"e_{{{inside}}}", POWER
        command += f"_{{{below}}}" if below else ""
        return rf"{command}\left({inside}\right)", POWER

    def _attribute(self, tree: ast.Attribute) -> tuple[str, int]:
        if tree.attr != "T":
            raise ValueError(f"{tree.attr} has no place in a formula")
        return rf"{self.within(tree.value, ATOM)}^{{\top}}", POWER

    def _subscript(self, tree: ast.Subscript) -> tuple[str, int]:
        whole = self.within(tree.value, ATOM)
        if "_" in whole and not whole.startswith((r"\left", r"\begin")):  # one index to each
            whole = self.parentheses(whole)
        return rf"{whole}_{{{self.index(tree.slice)}}}", POWER

    def index(self, tree: ast.expr) -> str:
        if isinstance(tree, ast.Tuple) and tree.elts and ast.unparse(tree.elts[0]) == "rows":
            target = tree.elts[1]  # one for each row i
            return "i, t_i" if isinstance(target, ast.Name) else f"i, {self.write(target)[0]}"
        return super().index(tree)
