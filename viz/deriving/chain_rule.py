"""What a derivation is made of: plain frozen data, and its two ways to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from viz.model import Values


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name of an operator's formula stands for here.

    ``port`` is the operator's word, ``name`` this graph's, empty for what has none, as a constant.
    ``of`` is set for an upstream gradient, ``g``: the derivative by the value of this name.
    """

    port: str
    name: str
    values: Values | None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A value: given, constant, or computed by ``expression`` from ``symbols``.

    ``by_convention``: for each entry whether ``expression`` has no such value, as ``sin(x) / x`` at
    0; empty where it holds everywhere.
    """

    name: str
    operation: str
    expression: str | None
    symbols: tuple[Symbol, ...]
    value: Values
    by_convention: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """What flows back from one use of ``source`` in ``target``.

    Where ``local``, the value of ``formula``, is there, it is ``upstream`` x ``local``, entry by
    entry; else ``formula`` says what becomes of the upstream gradient ``g``, or is None.
    ``by_convention``: for each entry whether ``formula`` has another value there than the engine's,
    or none, as ``y * log(a)`` at 0; empty where it holds everywhere.
    ``place`` counts the uses in one target, as the two of ``x * x``; 0 for the only one. Where the
    use has several results, ``target`` names them all, and ``upstream`` is the contribution.
    """

    source: str
    target: str
    formula: str | None
    symbols: tuple[Symbol, ...]
    upstream: Values
    local: Values | None
    contribution: Values
    note: str
    place: int = 0
    by_convention: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """The derivative of the output by ``name``: its seed and the terms of all uses added up."""

    name: str
    seed: Values | None
    terms: tuple[Term, ...]
    value: Values


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the output back to an input: ``value`` is the product along it."""

    terms: tuple[Term, ...]
    value: float


@dataclass(frozen=True, repr=False)
class Derivation:
    """The derivative of ``output`` by each of ``wrt``, as data, as text and as Markdown.

    ``steps`` are the values in the order of the computation, ``totals`` the derivatives in the
    order of backward, ``paths`` those to each of ``wrt`` where they are few and of numbers.

    >>> x = tensor(3.0, requires_grad=True)
    >>> done = viz.derivation(x * x + x, wrt=x, names={"x": x})
    >>> [term.contribution.entries for term in done.totals[-1].terms]
    [(3.0,), (3.0,), (1.0,)]
    """

    output: str
    wrt: tuple[str, ...]
    steps: tuple[Step, ...]
    totals: tuple[Total, ...]
    paths: Mapping[str, tuple[Path, ...]]

    def text(self) -> str:
        """The derivation as plain text.

        >>> x = tensor(3.0, requires_grad=True)
        >>> print(viz.derivation(x**2, wrt=x, names={"x": x}).text())
        The derivative of y with respect to x
        <BLANKLINE>
        1. Given
          x = 3
        <BLANKLINE>
        2. Forward
          y = x**2 = 3**2 = 9
        <BLANKLINE>
        3. Backward, from y to x
          d y/d x = 2 * x = 2 * 3 = 6
        <BLANKLINE>
        4. Result
          d y/d x = 6
        """
        from viz.deriving.solution import to_text

        return to_text(self)

    def markdown(self) -> str:
        """The derivation as Markdown, its formulas in LaTeX between dollar signs."""
        from viz.deriving.solution import to_markdown

        return to_markdown(self)

    def __repr__(self) -> str:
        return f"Derivation({self.output} by {', '.join(self.wrt)}: {len(self.steps)} steps)"

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown()
