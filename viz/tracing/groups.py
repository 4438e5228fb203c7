"""Modules and derivatives as groups: which vertex stands in which, and what they are called."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from autograd.graph import Leaf, Node, Output, Vertex as Recorded
from autograd.scopes import Scope, order_of
from viz.parts import Group, Values
from viz.tracing.names import has_results

DERIVATIVE = "derivative"
"""The kind of the groups of what backward recorded."""


class Call:
    """One call of a module, and the name and path that its groups have."""

    def __init__(self, scope: Scope, parent: Call | None, name: str) -> None:
        owner, kind, _ = scope
        assert isinstance(kind, type)
        self.module = owner()
        self.kind = kind.__name__
        self.parent = parent
        self.name = name
        self.path: str = name if parent is None else f"{parent.path}.{name}"
        self.inside: dict[int, str] | None = None  # names of the modules in it, when asked for


class Draft:
    """A group in the making: that of a call, or an order of derivative (``call`` is None)."""

    def __init__(self, number: int, order: int, call: Call | None, parent: Draft | None) -> None:
        self.id = f"g{number}"
        self.order = order
        self.call = call
        self.parent = parent
        self.name = f"{DERIVATIVE} {order}" if call is None else call.name
        self.path: str = self.name if parent is None else f"{parent.path}.{self.name}"
        self.shape: tuple[int, ...] | None = None

    def around(self) -> Iterator[Draft]:
        """The group itself and those that it stands in, from the inside out."""
        at: Draft | None = self
        while at is not None:
            yield at
            at = at.parent


class Grouping:
    """The groups of a graph's vertices, in the order in which they come to be needed.

    ``named`` has the user's names of modules. What is known of modules is what scopes say,
    and ``named_modules`` and ``named_parameters`` of those that are alive.
    """

    def __init__(self, order: Sequence[Recorded], named: Mapping[int, str]) -> None:
        self.drafts: list[Draft] = []
        self.of: dict[Recorded, Draft] = {}
        self.orders: dict[Recorded, int] = {}
        self.parameters: dict[Recorded, str] = {}
        """The leaves that are parameters, each with its path in its module."""
        self.lost = 0
        """How many modules are no more."""
        self._named = named
        self._calls: dict[int, Call] = {}
        self._drafts: dict[tuple[int, int], Draft] = {}
        self._taken: dict[tuple[int, str], list[int]] = {}
        self._times: Counter[tuple[int, int]] = Counter()
        known: dict[int, tuple[int, Draft | None]] = {}
        for vertex in order:
            node = vertex.node if isinstance(vertex, Output) else vertex
            if not isinstance(node, Node) or node.scope is None:
                continue
            found = known.get(id(node.scope))
            if found is None:
                rank = order_of(node.scope)
                found = known[id(node.scope)] = rank, self._draft(node.scope, rank)
            if found[0]:
                self.orders[vertex] = found[0]
            if found[1] is not None:
                self.of[vertex] = found[1]
        self.lost = sum(call.module is None for call in self._calls.values())
        self._find_parameters({vertex for vertex in order if isinstance(vertex, Leaf)})
        self._share(order)

    def _draft(self, scope: Scope, order: int) -> Draft | None:
        """The group of what this scope records."""
        path: list[tuple[int, Call | None]] = [
            (id(each), self._call(each)) for each in reversed(_modules(scope))
        ]
        if order:
            path.insert(0, (0, None))
        draft: Draft | None = None
        for number, call in path:
            key = order, number
            if key not in self._drafts:
                self._drafts[key] = Draft(len(self.drafts) + 1, order, call, draft)
                self.drafts.append(self._drafts[key])
            draft = self._drafts[key]
        return draft

    def _call(self, scope: Scope) -> Call:
        """The call that a module's scope stands for; that of its parent is known."""
        call = self._calls.get(id(scope))
        if call is None:
            outside = _modules(scope)[1:2]
            parent = self._calls[id(outside[0])] if outside else None
            call = self._calls[id(scope)] = Call(scope, parent, self._name(scope, parent))
        return call

    def _name(self, scope: Scope, parent: Call | None) -> str:
        """What the module is called where it is called; the second time ``#2`` stands behind."""
        owner, kind, _ = scope
        assert isinstance(kind, type)
        module = owner()
        name = self._named.get(id(module)) if parent is None else _inside(parent).get(id(module))
        place = id(parent)
        if not name:  # by its class; several nameless ones of a class are numbered
            same = self._taken.setdefault((place, kind.__name__), [])
            if id(owner) not in same:
                same.append(id(owner))
            number = same.index(id(owner)) + 1
            name = kind.__name__ if number == 1 else f"{kind.__name__}_{number}"
        self._times[place, id(owner)] += 1
        times = self._times[place, id(owner)]
        return name if times == 1 else f"{name}#{times}"

    def _find_parameters(self, leaves: set[Leaf]) -> None:
        """Name the leaves that are parameters, and put them into the groups of their modules."""
        first: dict[int, Draft] = {}
        homes: dict[int, Draft] = {}  # a derivative is none, also where nothing else is drawn
        for draft in self.drafts:
            if draft.call is not None and draft.call.module is not None:
                first.setdefault(id(draft.call.module), draft)
                if not draft.order:
                    homes.setdefault(id(draft.call.module), draft)
        seen: set[int] = set()
        found: list[tuple[Leaf, str, str]] = []
        for draft in list(first.values()):
            assert draft.call is not None
            root = draft.call.module
            if id(root) in seen:
                continue
            modules = dict(_members(root, "named_modules"))
            seen.update(map(id, modules.values()))
            for path, parameter in _members(root, "named_parameters"):
                leaf = getattr(parameter, "_node", None)
                if isinstance(leaf, Leaf) and leaf in leaves:
                    leaves.discard(leaf)
                    found.append((leaf, draft.call.path, path))
                    home = _innermost(path, modules, homes)
                    if home is not None:
                        self.of[leaf] = home
        several = len({root for _, root, _ in found}) > 1
        for leaf, root, path in found:
            self.parameters[leaf] = f"{root}.{path}" if several else path

    def _share(self, order: Sequence[Recorded]) -> None:
        """Put a parameter that several groups use into the one around all of them."""
        for vertex in order:
            user = self.of.get(vertex)
            for leaf in vertex.edges:
                if leaf not in self.parameters or self.orders.get(vertex, 0):
                    continue
                around = set() if user is None else set(user.around())
                at: Draft | None = self.of.get(leaf)
                while at is not None and at not in around:
                    at = at.parent
                if at is None:
                    self.of.pop(leaf, None)
                else:
                    self.of[leaf] = at

    def shapes(self, order: Sequence[Recorded], outputs: Collection[Recorded]) -> None:
        """Note for every group the shape of the last result that leaves it."""
        if not self.drafts:
            return
        leaving: dict[Draft, Recorded] = {}
        place = {vertex: i for i, vertex in enumerate(order)}

        def leaves(source: Recorded, inside: Collection[Draft]) -> None:
            if isinstance(source, Leaf) or has_results(source):
                return
            for draft in self.of[source].around():
                if draft not in inside:
                    last = leaving.get(draft)
                    if last is None or place[last] < place[source]:
                        leaving[draft] = source

        for vertex in order:
            around = set(self.of[vertex].around()) if vertex in self.of else set()
            for source in vertex.edges:
                if source in self.of:
                    leaves(source, around)
            if vertex in outputs and vertex in self.of:
                leaves(vertex, ())
        for draft, last in leaving.items():
            draft.shape = tuple(last.shape)

    def groups(self, gradients: Mapping[Any, Values | None]) -> tuple[Group, ...]:
        """The groups, with the facts on their parameters."""
        return tuple(
            Group(
                id=draft.id,
                path=draft.path,
                name=draft.name,
                kind=DERIVATIVE if draft.call is None else draft.call.kind,
                parent=None if draft.parent is None else draft.parent.id,
                order=draft.order,
                shape=draft.shape,
                **_facts(draft, gradients),
            )
            for draft in self.drafts
        )


def _modules(scope: Scope | None) -> list[Scope]:
    """The modules' scopes around, from the inside out; those of derivatives are passed over."""
    found = []
    while scope is not None:
        if isinstance(scope[1], type):
            found.append(scope)
        scope = scope[2]
    return found


def _members(module: Any, which: str) -> list[tuple[str, Any]]:
    """What ``named_modules()`` or ``named_parameters()`` gives, for whatever has these."""
    listing = getattr(module, which, None)
    return list(listing()) if callable(listing) else []


def _inside(call: Call) -> dict[int, str]:
    if call.inside is None:
        members = _members(call.module, "named_modules")
        call.inside = {id(module): name for name, module in members}
    return call.inside


def _innermost(path: str, modules: Mapping[str, Any], homes: Mapping[int, Draft]) -> Draft | None:
    """The group of the module that has this parameter, or of the next around that was called."""
    while path:
        path = path.rpartition(".")[0]
        draft = homes.get(id(modules.get(path)))
        if draft is not None:
            return draft
    return None


def _facts(draft: Draft, gradients: Mapping[Any, Values | None]) -> dict[str, Any]:
    """How many entries the module's parameters have, and the norm of their gradients."""
    if draft.call is None or draft.order:
        return {}
    parameters = [parameter for _, parameter in _members(draft.call.module, "named_parameters")]
    known = (gradients.get(getattr(parameter, "_node", None)) for parameter in parameters)
    norms = [_norm(gradient) for gradient in known if gradient is not None]
    norm = None
    if norms:
        norm = math.nan if any(map(math.isnan, norms)) else math.hypot(*norms)
    return {"parameters": sum(map(_size, parameters)), "norm": norm}


def _size(parameter: Any) -> int:
    try:
        return int(parameter.numel())
    except (RuntimeError, ValueError):  # a lazy module's, which was never called
        return 0


def _norm(values: Values) -> float:
    """The norm of all entries, not of the finite ones only."""
    if values.entries is not None:
        return math.hypot(*map(abs, values.entries))
    if values.nans:
        return math.nan
    return math.inf if values.infs or values.norm is None else values.norm
