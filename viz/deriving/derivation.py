"""The chain rule of one recorded computation, step by step, as a student would hand it in.

`derivation` collects what there is to write, as the plain data of `viz.deriving.chain_rule`;
`viz.deriving.solution` writes it, as text and as Markdown with LaTeX.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.graph import Leaf, Node, Output, Vertex as Recorded
from autograd.tensor import Tensor
from viz import formulas
from viz.deriving.chain_rule import Derivation, Path, Step, Symbol, Term, Total
from viz.deriving.conventions import by_convention
from viz.deriving.notes import note_on
from viz.deriving.shapes import array_of, shaped
from viz.model import WHOLE, Edge, Graph, Values, Vertex
from viz.tracing.names import Names, has_results, operator_of
from viz.tracing.trace import in_order, trace

MOST = 60
"""So many steps are written out at most."""
PATHS = 6
"""The sum over paths is written out for so many ..."""
LENGTH = 10
"""... of so many steps."""


def derivation(
    y: Tensor,
    wrt: Tensor | Sequence[Tensor] | None = None,
    names: Mapping[str, Any] | None = None,
) -> Derivation:
    """The chain rule of this very computation: given values, forward, backward, result.

    ``y`` is one number; ``wrt`` a tensor that it was computed from, several, or None for all
    inputs; ``names`` maps names to tensors, as for `trace`. What has no name is called v1, v2,
    ... Nothing is changed, as in `trace`.

    Raises TypeError for what is not a tensor, RuntimeError where nothing was recorded or backward
    has freed it, ValueError where ``y`` has several entries, where ``wrt`` is no part of it, and
    where it is too large to be written out: more than 60 steps, or arrays of more than 6 entries.

    >>> x1, x2 = tensor(-1.0, requires_grad=True), tensor(3.0, requires_grad=True)
    >>> done = viz.derivation((x1 * x2).sin(), names={"x1": x1, "x2": x2})
    >>> [total.name for total in done.totals]
    ['y', 'v1', 'x2', 'x1']
    """
    if not isinstance(y, Tensor):
        raise TypeError(f"derivation(): y is of type {type(y).__name__}, not a Tensor")
    if y.numel() != 1:
        raise ValueError(
            f"derivation(): y has shape {y.shape}; the derivative of one number is written out. "
            "Take one entry, y[0], or y.sum()"
        )
    graph = trace(y, names=names)
    assert y._node is not None  # trace has refused it
    order = in_order({y._node: y})
    return _Builder(graph, order, names or {}, y).derivation(_asked(wrt))


def _asked(wrt: Tensor | Sequence[Tensor] | None) -> list[Tensor] | None:
    if wrt is None:
        return None
    asked = [wrt] if isinstance(wrt, Tensor) else list(wrt)
    for each in asked:
        if not isinstance(each, Tensor):
            raise TypeError(f"derivation(): wrt is a tensor or several, not {type(each).__name__}")
    if not asked:
        raise ValueError("derivation(): wrt is empty; name an input, or leave it out for all")
    return asked


class _Builder:
    def __init__(
        self, graph: Graph, order: list[Recorded], given: Mapping[str, Any], y: Tensor
    ) -> None:
        self.graph = graph
        self.given = given
        self.known = Names(given, (y,))
        self.vertices = dict(zip(order, graph.vertices, strict=True))
        self.recorded = {vertex.id: recorded for recorded, vertex in self.vertices.items()}
        self.output = y._node
        self.constants: dict[str, Step] = {}
        self._check_size()
        self.names = self._names()

    def _check_size(self) -> None:
        count = len(self.vertices)
        if count > MOST:
            raise ValueError(
                f"derivation(): the computation has {count} steps, and {MOST} are written out at "
                "most. Derive a part of it: begin at an intermediate value, "
                "a.detach().requires_grad_(), or look at the picture, viz.trace(y)"
            )
        for vertex in self.vertices.values():
            if vertex.shape is not None and int(np.prod(vertex.shape)) > WHOLE:
                raise ValueError(
                    f"derivation(): {vertex.name} has shape {vertex.shape}, and arrays of up to "
                    f"{WHOLE} entries are written out. Take fewer samples or features, or look at "
                    "the picture, viz.trace(y)"
                )

    def _names(self) -> dict[Recorded, str]:
        """A symbol for every value: its own name, else v1, v2, ...; an output without is y."""
        own = {recorded: self._own_name(recorded) for recorded in self.vertices}
        taken = {name for name in own.values() if name} | self.known.constants()
        counts = {"v": 0, "x": 0}
        names: dict[Recorded, str] = {}
        for recorded, name in own.items():
            if name is None and recorded is self.output and "y" not in taken:
                name = "y"
            while name is None:
                letter = "x" if isinstance(recorded, Leaf) else "v"
                if not has_results(recorded):
                    counts[letter] += 1
                made = f"{letter}{counts[letter]}"
                name = None if made in taken else made
            names[recorded] = name
        return names

    def _own_name(self, recorded: Recorded) -> str | None:
        """The name that its vertex has, unless it was made from the operator's."""
        name, made = self.vertices[recorded].name, operator_of(recorded)
        if name == made or name.startswith((f"{made}#", f"{made} ")):
            return None
        return name

    def derivation(self, asked: list[Tensor] | None) -> Derivation:
        wrt = self._wrt(asked)
        on_the_way = self._on_the_way(wrt)
        steps = [self._step(recorded) for recorded in self.vertices if not has_results(recorded)]
        totals = [
            self._total(recorded)
            for recorded in reversed(self.vertices)
            if recorded in on_the_way and not has_results(recorded)
        ]
        assert self.output is not None
        output = self.names[self.output]
        names = tuple(self.names[recorded] for recorded in wrt)
        return Derivation(
            output,
            names,
            (*self.constants.values(), *steps),
            tuple(totals),
            {name: paths for name in names if (paths := _paths(totals, output, name))},
        )

    def _wrt(self, asked: list[Tensor] | None) -> list[Recorded]:
        if asked is None:
            return [recorded for recorded in self.vertices if isinstance(recorded, Leaf)]
        found = []
        for tensor in asked:
            if tensor._node not in self.vertices:
                told = "requires no gradient" if tensor._node is None else "is no part of it"
                there = ", ".join(self.names[recorded] for recorded in self.vertices)
                raise ValueError(
                    f"derivation(): y does not depend on wrt, of shape {tensor.shape}, which "
                    f"{told}. It was computed from {there}"
                )
            found.append(tensor._node)
        return list(dict.fromkeys(found))

    def _on_the_way(self, wrt: list[Recorded]) -> set[Recorded]:
        """What depends on ``wrt``, itself included."""
        reached: set[Recorded] = set(wrt)
        for recorded in self.vertices:
            if any(source in reached for source in recorded.edges):
                reached.add(recorded)
        return reached

    # --------------------------------------------------------------------- the values

    def _step(self, recorded: Recorded) -> Step:
        vertex = self.vertices[recorded]
        value = vertex.value
        if value is None:
            raise self._lost(vertex, "value")
        name = self.names[recorded]
        if isinstance(recorded, Leaf):
            return Step(name, "given", None, (), value)
        node = recorded.node if isinstance(recorded, Output) else recorded
        expression, symbols = self._expression(node)
        if expression and isinstance(recorded, Output) and node.op.name in SPLITTING:
            expression = f"({expression})[{recorded.index}]"
        other: tuple[bool, ...] = ()
        if expression and isinstance(recorded, Node):
            other = by_convention(expression, symbols, {}, value)
        return Step(name, vertex.operation, expression, symbols, value, other)

    def _expression(self, node: Node) -> tuple[str | None, tuple[Symbol, ...]]:
        ports, params, symbols = self._surroundings(node)
        expression = formulas.expression(node.op.name, ports, params)
        return expression, self._used(expression, symbols, params)

    def _surroundings(self, node: Node) -> tuple[tuple[str, ...], dict[str, Any], list[Symbol]]:
        """The operation's ports, what is known beside, and what its inputs are."""
        params = formulas.facts(node)
        target = params.get("target")
        if target is not None and np.size(target) == 1 and np.asarray(target).dtype.kind in "iu":
            params["target"] = int(np.asarray(target).item())
        ports = node.op.inputs or tuple(f"a{i}" for i in range(len(node.edges)))
        symbols = []
        for port, edge in zip(ports, node.edges, strict=False):
            if edge is not None:
                symbols.append(Symbol(port, self.names[edge], self.vertices[edge].value))
                continue
            name = None
            if port in params:
                said = dict(self.vertices[node].constants).get(port)
                name = said if said in self.known.constants() else None
            else:
                params[port] = self._recovered(node, port)
                name = self._alike(params[port])
            if name is not None:
                symbols.append(self._constant(port, name, params.pop(port)))
        return ports, params, symbols

    def _recovered(self, node: Node, port: str) -> Any:
        """A constant term, which no derivative needs and nobody keeps."""
        others = [self.vertices[edge].value for edge in node.edges if edge is not None]
        result = self.vertices[node].value
        if node.op.name not in ("add", "sub") or len(others) != 1:
            return None
        (other,) = others
        if other is None or result is None:
            return None
        x, y = (array_of(each) for each in (other, result))
        if node.op.name == "add":
            return y - x
        return x - y if port == "b" else y + x

    def _alike(self, value: Any) -> str | None:
        """The name of the one constant with this value, up to rounding."""
        if value is None:
            return None
        found = [
            name
            for name, each in self.given.items()
            if isinstance(each, Tensor)
            and each._node is None
            and each.shape == np.shape(value)
            and np.allclose(each._array, value, rtol=1e-6, atol=0)
        ]
        return found[0] if len(found) == 1 else None

    def _constant(self, port: str, name: str, value: Any) -> Symbol:
        values = Values.of(value)
        self.constants.setdefault(name, Step(name, "constant", None, (), values))
        return Symbol(port, name, values)

    def _used(
        self, text: str | None, symbols: list[Symbol], params: Mapping[str, Any]
    ) -> tuple[Symbol, ...]:
        """The symbols that stand in a formula; arrays among the constants get one, too."""
        if text is None:
            return ()
        there = formulas.names_in(formulas.parse(text))
        found = [each for each in symbols if each.port in there]
        known = {each.port for each in found}
        for name in sorted(there - known):
            value = params.get(name)
            if value is not None and not isinstance(value, (str, tuple)):
                values = Values.of(value)
                if values.entries is not None and values.shape:
                    found.append(Symbol(name, "", values))
        return tuple(found)

    # ---------------------------------------------------------------- the derivatives

    def _total(self, recorded: Recorded) -> Total:
        vertex = self.vertices[recorded]
        if vertex.gradient is None:
            raise self._lost(vertex, "gradient")
        terms = [self._term(recorded, edge) for edge in self.graph.uses(vertex.id)]
        count = Counter(term.target for term in terms)
        places: Counter[str] = Counter()
        for i, term in enumerate(terms):
            if count[term.target] > 1:
                places[term.target] += 1
                terms[i] = replace(term, place=places[term.target])
        return Total(self.names[recorded], vertex.seed, tuple(terms), vertex.gradient)

    def _term(self, source: Recorded, edge: Edge) -> Term:
        node = self.recorded[edge.target]
        assert isinstance(node, Node)
        ports, params, symbols = self._surroundings(node)
        results = self._results(node)
        text = formulas.formula(node.op.name, ports[edge.port], ports, params)
        upstream = edge.contribution
        if not node.op.outputs:
            upstream = self.vertices[node].gradient
            symbols.append(Symbol("y", self.names[node], self.vertices[node].value))
            symbols.append(Symbol("g", "", upstream, of=self.names[node]))
        elif text is not None:
            text, flows = self._joined(text, node, results)
            symbols += flows
        if upstream is None or edge.contribution is None:
            raise self._lost(self.vertices[node], "gradient")
        if (
            text is not None
            and formulas.is_factor(text)
            and edge.local is None
            and not node.op.outputs
        ):
            text = shaped(text, self.vertices[source].shape or (), upstream.shape, params)
        alike = int(np.prod(self.vertices[source].shape or ())) == upstream.size
        local = None if text is not None and _joins(text) else edge.local
        other: tuple[bool, ...] = ()
        if text is not None and not node.op.outputs:
            other = by_convention(text, symbols, params, local or edge.contribution)
        return Term(
            source=self.names[source],
            target=", ".join(self.names[each] for each in results.values()),
            formula=text,
            symbols=self._used(text, symbols, params),
            upstream=upstream,
            local=local,
            contribution=edge.contribution,
            note=note_on(text, node.op, {each.port: each for each in symbols}, repeated=not alike),
            by_convention=other,
        )

    def _results(self, node: Node) -> dict[int, Recorded]:
        """The vertices of what an operation gave, by number."""
        if not node.op.outputs:
            return {0: node}
        every = [each for each in self.vertices if isinstance(each, Output) and each.node is node]
        return {each.index: each for each in every}

    def _joined(
        self, text: str, node: Node, results: Mapping[int, Recorded]
    ) -> tuple[str, list[Symbol]]:
        """``cat(g)`` of several results, with the gradient of each; 0 of what nobody used."""
        names = [f"g{i}" for i in range(len(node.shape))]
        flows = []
        for i, (name, shape) in enumerate(zip(names, node.shape, strict=True)):
            result = results.get(i)
            if result is None:
                flows.append(Symbol(name, "", Values.of(np.zeros(shape))))
            else:
                gradient = self.vertices[result].gradient
                flows.append(Symbol(name, "", gradient, of=self.names[result]))
        return text.replace("(g)", f"({', '.join(names)})"), flows

    def _lost(self, vertex: Vertex, what: str) -> Exception:
        notes = " ".join(self.graph.notes)
        return RuntimeError(
            f"derivation(): the {what} of {vertex.name} is not known. "
            + (notes or "Name the tensor, names=..., so that its value is held.")
        )


SPLITTING = frozenset({"split", "split_with_sizes", "unbind"})
"""Operators whose results are parts of what their expression gives."""


def _joins(text: str) -> bool:
    """Whether this is no factor: the gradient ``g``, or one of several, stands in it."""
    return any(re.fullmatch(r"g\d*", name) for name in formulas.names_in(formulas.parse(text)))


def _paths(totals: Sequence[Total], output: str, name: str) -> tuple[Path, ...]:
    """All ways from the output to ``name``, where they are few, short, and of single numbers."""
    terms = {total.name: total.terms for total in totals}
    found: list[Path] = []
    open_: list[tuple[str, tuple[Term, ...]]] = [(name, ())]
    while open_:
        here, done = open_.pop()
        if here == output:
            value = 1.0
            for term in done:
                assert term.local is not None
                assert term.local.entries is not None
                value *= term.local.entries[0]
            found.append(Path(done[::-1], value))
            continue
        for term in reversed(terms[here]):
            if term.local is None or term.local.size != 1 or term.contribution.size != 1:
                return ()
            open_.append((term.target, (*done, term)))
        if len(open_) + len(found) > PATHS or len(done) >= LENGTH:
            return ()
    return tuple(found)
