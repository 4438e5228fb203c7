"""The two notations that a derivation is written in: plain text, and Markdown with LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from viz import formulas
from viz.formulas import Tex
from viz.model import Values
from viz.words import brief, clean, number

WIDTH = 96
"""An equation of several parts stands on one line up to so many characters."""

NARROW = 75
"""In LaTeX, where it is set, up to so many letters."""

Equation = tuple[str, Sequence[str], Sequence[str]]
"""A left side, what it is equal to one after the other, and remarks."""


class _Text:
    """How things are written in plain text."""

    latex = False
    times = " * "

    def name(self, name: str) -> str:
        return clean(name)

    inline = name

    def label(self, name: str) -> str:
        return name

    def derivative(self, y: str, x: str, place: int = 0) -> str:
        at = f"|{place}" if place else ""
        return f"d {self._whole(y)}/d {self._whole(x)}{at}"

    def _whole(self, name: str) -> str:
        name = clean(name)
        return name if name.isidentifier() else f"({name})"

    def values(self, values: Values) -> str:
        return brief(values)

    def formula(
        self,
        text: str,
        labels: Mapping[str, str],
        arrays: Sequence[str] = (),
        vectors: Sequence[str] = (),
    ) -> str:
        return formulas.plain(text, labels)

    def product(self, a: Values, b: Values) -> str:
        return formulas.plain("a * b", {"a": self.values(a), "b": self.values(b)})

    def grouped(self, text: str) -> str:
        """In parentheses where it begins with a minus sign."""
        return f"({text})" if text.startswith("-") else text

    def path(self, names: Sequence[str]) -> str:
        return f"[{' -> '.join(map(clean, names))}]"

    def remark(self, text: str) -> str:
        return f"({clean(text, 1000).replace('`', '')})"

    def aside(self, parts: Sequence[str]) -> str:
        """Words and formulas in turn, in parentheses."""
        return f"({''.join(parts)})"

    def title(self, text: str) -> str:
        return text

    def heading(self, text: str) -> str:
        return text

    def sentence(self, text: str) -> str:
        return f"  {text}"

    def equations(self, equations: Sequence[Equation]) -> str:
        lines = []
        for left, rights, remarks in equations:
            whole = f"  {' = '.join([left, *rights])}"
            if len(rights) <= 2 and len(whole) <= WIDTH and not remarks:
                lines.append(whole)
                continue
            if len(whole) <= WIDTH:
                lines.append(whole)
            else:
                room = " " * len(left)
                lines.append(f"  {left} = {rights[0]}")
                lines += [f"  {room} = {each}" for each in rights[1:]]
            together = f"      {' '.join(remarks)}"
            lines += [together] if len(together) <= WIDTH else [f"      {each}" for each in remarks]
        return "\n".join(line for line in lines if line.strip())

    def where(self, equations: Sequence[str]) -> str:
        return f"where {listed(equations)}"


class _Markdown(_Text):
    """How things are written in Markdown with LaTeX."""

    latex = True
    times = r" \cdot "

    def name(self, name: str) -> str:
        return formulas.symbol(name)

    def inline(self, name: str) -> str:
        return f"${self.name(name)}$"

    def label(self, name: str) -> str:
        return Tex(self.name(name))

    def derivative(self, y: str, x: str, place: int = 0) -> str:
        tex = rf"\frac{{\partial {self.name(y)}}}{{\partial {self.name(x)}}}"
        return Tex(rf"\left.{tex}\right|_{{{place}}}" if place else tex)

    def values(self, values: Values) -> str:
        entries = [] if values.entries is None else [_tex_number(x) for x in values.entries]
        if len(entries) == 1 and not values.shape:
            return Tex(entries[0])
        if len(values.shape) > 2 or not entries:
            return Tex(rf"\text{{{brief(values)}}}")
        width = values.shape[1] if len(values.shape) == 2 else 1
        rows = [" & ".join(entries[i : i + width]) for i in range(0, len(entries), max(width, 1))]
        body = r" \\ ".join(rows)
        return Tex(rf"\begin{{pmatrix}}{body}\end{{pmatrix}}")

    def formula(
        self,
        text: str,
        labels: Mapping[str, str],
        arrays: Sequence[str] = (),
        vectors: Sequence[str] = (),
    ) -> str:
        return formulas.latex(text, labels, arrays, vectors)

    def product(self, a: Values, b: Values) -> str:
        arrays = [name for name, values in (("a", a), ("b", b)) if values.size > 1]
        return formulas.latex("a * b", {"a": self.values(a), "b": self.values(b)}, arrays)

    def grouped(self, text: str) -> str:
        return rf"\left({text}\right)" if text.startswith("-") else text

    def path(self, names: Sequence[str]) -> str:
        inside = r" \to ".join(map(self.name, names))
        return rf"\left[{inside}\right]"

    def remark(self, text: str) -> str:
        parts = enumerate(clean(text, 1000).split("`"))
        return "".join(
            _indexed(part) if i % 2 else formulas.upright(part) for i, part in parts if part
        )

    def aside(self, parts: Sequence[str]) -> str:
        words = [part if i % 2 else formulas.upright(part) for i, part in enumerate(parts)]
        return rf"\ \left({''.join(words)}\right)"

    def title(self, text: str) -> str:
        return f"**{text}**"

    def heading(self, text: str) -> str:
        return f"**{text}**"

    def sentence(self, text: str) -> str:
        return text

    def equations(self, equations: Sequence[Equation]) -> str:
        lines = []
        for left, rights, remarks in equations:
            whole = " = ".join(rights)
            if _width(left) + _width(whole) <= NARROW:
                lines.append(f"{left} &= {whole}")
            else:
                lines.append(f"{left} &= {rights[0]}")
                lines += [f"&= {each}" for each in rights[1:]]
            lines += [rf"&\quad {each}" for each in remarks]
        body = " \\\\\n".join(lines)
        return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"

    def where(self, equations: Sequence[str]) -> str:
        return r"\text{where } " + r",\quad ".join(equations)


def _width(tex: str) -> int:
    """How wide a formula is set, about, in letters; a matrix counts as many."""
    matrices = tex.count(r"\begin")
    tex = re.sub(r"\\(begin|end)\{\w+\}|\\(frac|left|right|mathrm|text|partial|cdot)", "", tex)
    return len(re.sub(r"\\[a-zA-Z]+|[{}^_\\]", "", tex)) + 20 * max(0, matrices - 1)


def _tex_number(x: object) -> str:
    text = number(x)
    if text in ("inf", "-inf", "nan"):
        return text.replace("inf", r"\infty").replace("nan", r"\text{nan}")
    return formulas.symbol(text) if text[-1].isdigit() else rf"\text{{{text}}}"


def _indexed(text: str) -> str:
    """``W_ij x_j``: names with their indices."""
    text = re.sub(r"onehot\((\w+)\)", r"e_{\1}", text)
    return re.sub(r"([^\s()-]+)_([ijk]{1,2})\b", lambda m: f"{_single(m[1])}_{{{m[2]}}}", text)


def _single(name: str) -> str:
    """A name that can take an index: one that has one stands in parentheses."""
    tex = formulas.symbol(name)
    return rf"\left({tex}\right)" if "_" in tex else tex


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


Notation: TypeAlias = _Text
TEXT: Notation = _Text()
MARKDOWN: Notation = _Markdown()
