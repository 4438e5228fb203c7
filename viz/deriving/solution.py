"""A derivation, written: as plain text, and as Markdown with LaTeX."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from viz import formulas
from viz.deriving.chain_rule import Derivation, Path, Step, Symbol, Term, Total
from viz.deriving.notation import MARKDOWN, TEXT, Equation, Notation, listed
from viz.deriving.shapes import array_of
from viz.model import Values
from viz.words import brief


def to_text(derivation: Derivation) -> str:
    """The derivation as plain text; see `viz.deriving.chain_rule.Derivation.text`."""
    return _Writer(derivation, TEXT).written()


def to_markdown(derivation: Derivation) -> str:
    """The derivation as Markdown with LaTeX between dollar signs.

    >>> x = tensor(3.0, requires_grad=True)
    >>> print(viz.derivation(x**2, wrt=x, names={"x": x}).markdown().splitlines()[0])
    **The derivative of $y$ with respect to $x$**
    """
    return _Writer(derivation, MARKDOWN).written()


class _Writer:
    def __init__(self, derivation: Derivation, style: Notation) -> None:
        self.of = derivation
        self.style = style
        self.numbers = itertools.count(1)

    def d(self, name: str) -> str:
        """The derivative of the output by this value."""
        return self.style.derivative(self.of.output, name)

    def written(self) -> str:
        style, of = self.style, self.of
        by = listed([style.inline(name) for name in of.wrt])
        return "\n\n".join(
            [
                style.title(f"The derivative of {style.inline(of.output)} with respect to {by}"),
                *self._convention(),
                *self._given(),
                *self._forward(),
                *self._backward(by),
                *self._result(),
            ]
        )

    def _convention(self) -> list[str]:
        """What must be said where there are arrays."""
        if all(step.value.size == 1 for step in self.of.steps):
            return []
        product = r"$\odot$" if self.style.latex else "*"
        return [
            f"Functions and fractions of arrays, and their product {product}, work entry by entry."
        ]

    def _section(self, heading: str, *parts: str) -> list[str]:
        """A numbered heading, and what stands under it."""
        heading = f"{next(self.numbers)}. {heading}"
        if not self.style.latex:
            return ["\n".join([self.style.heading(heading), *parts])]
        return [self.style.heading(heading), *parts]

    def _given(self) -> list[str]:
        given = [step for step in self.of.steps if step.operation in ("given", "constant")]
        equations: list[Equation] = [
            (self.style.name(step.name), [self.style.values(step.value)], []) for step in given
        ]
        return self._section("Given", self.style.equations(equations))

    def _forward(self) -> list[str]:
        computed = [step for step in self.of.steps if step.operation not in ("given", "constant")]
        if not computed:
            return []
        equations = [self._step(step) for step in computed]
        return self._section("Forward", self.style.equations(equations))

    def _step(self, step: Step) -> Equation:
        style = self.style
        value = style.values(step.value)
        rights = [value]
        aside = self._by_convention(step.by_convention, step.expression, step.symbols)
        if aside:
            return style.name(step.name), rights, [style.aside(aside)]
        if step.expression is not None:
            rights = _distinct(
                self._symbolic(step.expression, step.symbols),
                self._numeric(step.expression, step.symbols),
                value,
            )
        remarks = []
        if step.expression is None:
            remarks.append(f"by {step.operation}")
        elif "[" in step.expression:
            remarks.append("entries are counted from 0")
        targets = [each.values for each in step.symbols if each.port == "target" and each.values]
        if style.latex and targets and "[rows, target]" in (step.expression or ""):
            remarks.append(f"`t_i` is the target of row i: {brief(targets[0])}")
        return style.name(step.name), rights, list(map(style.remark, remarks))

    def _symbolic(self, text: str, symbols: Sequence[Symbol]) -> str:
        labels = {}
        for symbol in symbols:
            if symbol.of and symbol.of != self.of.output:
                labels[symbol.port] = self.d(symbol.of)
            elif symbol.name:
                labels[symbol.port] = self.style.label(symbol.name)
            elif symbol.values is not None:
                labels[symbol.port] = self.style.values(symbol.values)
        return self.style.formula(text, labels, _arrays(symbols), _vectors(symbols))

    def _numeric(self, text: str, symbols: Sequence[Symbol]) -> str:
        known = {symbol.port: symbol.values for symbol in symbols if symbol.values is not None}
        text, found = formulas.folded(text, {port: array_of(each) for port, each in known.items()})
        known.update({name: Values.of(value) for name, value in found.items()})
        labels = {name: self.style.values(values) for name, values in known.items()}
        every = [Symbol(name, "", values) for name, values in known.items()]
        return self.style.formula(text, labels, _arrays(every), _vectors(every))

    # ------------------------------------------------------------------------- backward

    def _backward(self, by: str) -> list[str]:
        style = self.style
        parts: list[str] = []
        equations: list[Equation] = []
        for total in self.of.totals:
            if total.name == self.of.output and not total.terms:
                continue
            if len(total.terms) > 1:
                if equations:
                    parts.append(style.equations(equations))
                    equations = []
                parts.append(style.sentence(self._used(total)))
            equations.append(self._total(total))
        if equations:
            parts.append(style.equations(equations))
        if not parts:
            return []
        heading = f"Backward, from {style.inline(self.of.output)} to {by}"
        return self._section(heading, *parts)

    def _used(self, total: Total) -> str:
        style = self.style
        targets = {term.target: 0 for term in total.terms}
        places = listed([_together(map(style.inline, name.split(", "))) for name in targets])
        times = {2: "twice"}.get(len(total.terms), f"{len(total.terms)} times")
        told = (
            f"{style.inline(total.name)} is used {times}, in {places}: what comes back from each "
            "use is added up."
        )
        if any(term.place for term in total.terms):
            told += " 1, 2, ... are its places in one step."
        return told

    def _total(self, total: Total) -> Equation:
        style = self.style
        value = style.values(total.value)
        local = [self._local(term) for term in total.terms if self._has_local(term)]
        remarks = [style.where(local)] if local else []
        asides = [
            self._by_convention(term.by_convention, term.formula, term.symbols)
            for term in total.terms
            if not self._has_local(term)
        ]
        remarks += [style.aside(each) for each in dict.fromkeys(asides) if each]
        notes = dict.fromkeys(note for term in total.terms for note in self._notes(term))
        remarks += map(style.remark, notes)
        if len(total.terms) == 1:
            rights = [*self._term(total.terms[0]), value]
        else:
            written = [self._term(term) for term in total.terms]
            rights = [self._sum([each[0] for each in written])]
            if any(len(each) > 1 for each in written):
                rights.append(self._sum([each[-1] for each in written]))
            rights.append(
                self._sum([style.values(term.contribution) for term in total.terms], signs=True)
            )
            rights.append(value)
        return self.d(total.name), _distinct(*rights), remarks

    def _term(self, term: Term) -> list[str]:
        """What flows back from one use, in symbols and in numbers, without its value."""
        style = self.style
        if term.local is not None and term.formula is not None:
            local = style.derivative(term.target, term.source, term.place)
            if self._direct(term):
                if term.by_convention:
                    return [style.values(term.contribution)]
                return _distinct(
                    self._symbolic(term.formula, term.symbols),
                    self._numeric(term.formula, term.symbols),
                )
            symbolic = f"{self.d(term.target)}{style.times}{local}"
            if style.latex and term.local.size > 1 and term.upstream.size > 1:
                symbolic = rf"{self.d(term.target)} \odot {local}"
            return [symbolic, style.product(term.upstream, term.local)]
        if term.local is not None:
            return [style.product(term.upstream, term.local)]
        if term.formula is None:
            local = style.derivative(term.target, term.source, term.place)
            return [f"{self.d(term.target)}{style.times}{local}"]
        if term.by_convention:
            return [style.values(term.contribution)]
        return _distinct(
            self._symbolic(term.formula, term.symbols),
            self._numeric(term.formula, term.symbols),
        )

    def _direct(self, term: Term) -> bool:
        """Whether the use is in the output itself, whose derivative by itself is 1."""
        return term.target == self.of.output and term.upstream.entries == (1,)

    def _has_local(self, term: Term) -> bool:
        return term.local is not None and term.formula is not None and not self._direct(term)

    def _local(self, term: Term) -> str:
        """The local derivative of one use, in symbols and in numbers."""
        assert term.formula is not None
        assert term.local is not None
        left = self.style.derivative(term.target, term.source, term.place)
        aside = self._by_convention(term.by_convention, term.formula, term.symbols)
        if aside:
            return f"{left} = {self.style.values(term.local)} {self.style.aside(aside)}"
        parts = _distinct(
            left,
            self._symbolic(term.formula, term.symbols),
            self._numeric(term.formula, term.symbols),
            self.style.values(term.local),
        )
        return " = ".join(parts)

    def _by_convention(
        self, marks: Sequence[bool], formula: str | None, symbols: Sequence[Symbol]
    ) -> Sequence[str]:
        """Words and a formula in turn on a value that its formula does not have; or nothing."""
        if not marks or formula is None:
            return ()
        if all(marks):
            return ("by convention",)
        return "by convention where ", self._symbolic(formula, symbols), " is something else"

    def _notes(self, term: Term) -> list[str]:
        if term.note:
            return [term.note]
        spread = term.local is not None and term.local.size > 1 and not _arrays(term.symbols)
        return ["for each entry"] if spread else []

    def _sum(self, parts: Sequence[str], signs: bool = False) -> str:
        """Parts with plus signs between; a negative number in parentheses."""
        if not signs:
            first, *rest = parts
            return " + ".join([first, *map(self.style.grouped, rest)])
        names = {f"a{i}": part for i, part in enumerate(parts)}
        text = " + ".join(names)
        return self.style.formula(text, names, ())

    # --------------------------------------------------------------------------- result

    def _result(self) -> list[str]:
        style = self.style
        value = {total.name: total.value for total in self.of.totals}
        equations: list[Equation] = [
            (self.d(name), [style.values(value[name])], []) for name in self.of.wrt
        ]
        parts = [style.equations(equations)]
        for name in self.of.wrt:
            paths = self.of.paths.get(name, ())
            if len(paths) > 1:
                sentence = (
                    f"The same over all {len(paths)} paths from {style.inline(name)} to "
                    f"{style.inline(self.of.output)}, the product of the local derivatives along "
                    "each:"
                )
                parts += [style.sentence(sentence), self._over_paths(name, paths, value[name])]
        return self._section("Result", *parts)

    def _over_paths(self, name: str, paths: Sequence[Path], value: Values) -> str:
        style = self.style
        equations: list[Equation] = []
        numbers = [style.values(Values.of(path.value)) for path in paths]
        for path, product in zip(paths, numbers, strict=True):
            names = [self.of.output, *(term.source for term in path.terms)]
            rights = _distinct(*self._along(path), product)
            equations.append((style.path(names[::-1]), rights, []))
        rights = _distinct(self._sum(numbers, signs=True), style.values(value))
        equations.append((self.d(name), rights, []))
        return style.equations(equations)

    def _along(self, path: Path) -> list[str]:
        """The product of the local derivatives, in symbols and in numbers, without ones."""
        factors: list[str] = []
        symbols: list[Symbol] = []
        values = {}
        for i, term in enumerate(path.terms):
            if term.formula is None or term.formula == "1" or term.local is None:
                continue
            values[f"f{i}"] = self.style.values(term.local)
            if term.by_convention:
                factors.append(f"f{i}")
                symbols.append(Symbol(f"f{i}", "", term.local))
                continue
            renamed = {each.port: f"f{i}_{each.port}" for each in term.symbols}
            factors.append(f"({formulas.substitute(term.formula, renamed)})")
            symbols += [replace(each, port=renamed[each.port]) for each in term.symbols]
        if any(term.formula is None for term in path.terms) or not factors:
            return []
        return [
            self._symbolic(" * ".join(factors), symbols),
            self.style.formula(" * ".join(values), values, ()),
        ]


def _arrays(symbols: Sequence[Symbol]) -> list[str]:
    return [each.port for each in symbols if each.values is not None and each.values.size > 1]


def _together(names: Iterable[str]) -> str:
    """One name as it is, several in parentheses."""
    text = ", ".join(names)
    return f"({text})" if ", " in text else text


def _vectors(symbols: Sequence[Symbol]) -> list[str]:
    return [each.port for each in symbols if each.values and len(each.values.shape) == 1]


def _distinct(*parts: str) -> list[str]:
    """The parts of an equation without those that only repeat the one before."""
    kept: list[str] = []
    for part in parts:
        if not kept or str(part) != str(kept[-1]):
            kept.append(part)
    return kept
