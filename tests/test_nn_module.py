"""Module, Parameter and the containers: the same lines run on nn and on torch.nn.

Saving and loading, and the hooks around them, are in test_nn_state.
"""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.oracle import torch
from tests.scenes import Scene, error, same_scene

SCENES: list[Scene] = []


def scene(function: Scene) -> Scene:
    SCENES.append(function)
    return function


def net(lib: Any, pkg: Any) -> Any:
    """Linear layers in a Sequential, a buffer, a parameter of its own, a shared layer."""

    class Net(pkg.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = pkg.Linear(2, 3)
            self.body = pkg.Sequential(pkg.ReLU(), pkg.Linear(3, 3), pkg.Sequential(pkg.Tanh()))
            self.scale = pkg.Parameter(lib.ones(3))
            self.again = self.body[1]
            self.nothing = None
            self.register_buffer("count", lib.zeros(2))
            self.register_buffer("hidden", lib.ones(1), persistent=False)
            self.register_buffer("unset", None)
            self.register_parameter("absent", None)

        def forward(self, x: Any) -> Any:
            return self.again(self.body(self.first(x))) * self.scale

    lib.manual_seed(0)
    return Net()


@scene
def names(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    return [
        [n for n, _ in m.named_parameters()],
        [n for n, _ in m.named_parameters(remove_duplicate=False)],
        [n for n, _ in m.named_parameters("top")],
        [n for n, _ in m.named_parameters(recurse=False)],
        [n for n, _ in m.named_buffers()],
        [n for n, _ in m.named_buffers("b", recurse=False)],
        [n for n, _ in m.named_children()],
        [n for n, _ in m.named_modules()],
        [n for n, _ in m.named_modules(remove_duplicate=False, prefix="p")],
        [type(c).__name__ for c in m.children()],
        [type(c).__name__ for c in m.modules()],
        [tuple(p.shape) for p in m.parameters()],
        [tuple(b.shape) for b in m.buffers()],
        repr(m),
        list(m.state_dict()),
        list(m.state_dict(prefix="a.b_")),
        sorted(set(dir(m)) & {"first", "scale", "count", "absent", "forward"}),
    ]


@scene
def output(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg).double()
    out = m(lib.ones(4, 2).double())
    out.sum().backward()
    return [np.round(p.grad.tolist(), 9).tolist() for p in m.parameters()]


@scene
def to_another_dtype(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    m.register_buffer("whole", lib.tensor([1, 2]))
    m(lib.ones(4, 2)).sum().backward()
    before = list(map(id, m.parameters()))
    out = [m.double() is m, before == list(map(id, m.parameters()))]

    def kinds() -> list[str]:
        tensors = [*m.parameters(), *m.buffers(), *(p.grad for p in m.parameters())]
        return [str(t.dtype).removeprefix("torch.") for t in tensors]

    out.append(kinds())
    for change in (
        lambda: m.half(),
        lambda: m.float(),
        lambda: m.to(lib.float64),
        lambda: m.to("cpu"),
        lambda: m.to("cpu", lib.float32),
        lambda: m.to(dtype=lib.float64),
        lambda: m.to(device="cpu"),
        lambda: m.to(lib.ones(1)),
    ):
        change()
        out.append(kinds())
    out.append(error(lambda: m.to(lib.int64)))
    return [*out, kinds(), m.first.weight.is_leaf, m.first.weight.requires_grad]


@scene
def training(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    out = [m.training, m.eval() is m, [c.training for c in m.modules()]]
    m.body.train()
    out.append([c.training for c in m.modules()])
    return [*out, error(lambda: m.train("yes"))]


@scene
def freezing(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    out = [m.requires_grad_(False) is m, [p.requires_grad for p in m.parameters()]]
    m.body.requires_grad_()
    return [*out, [p.requires_grad for p in m.parameters()], m(lib.ones(1, 2)).requires_grad]


@scene
def forgetting_gradients(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    m(lib.ones(4, 2)).sum().backward()
    m.zero_grad(set_to_none=False)
    out = [p.grad for p in m.parameters()]
    m.zero_grad()
    return [out, [p.grad for p in m.parameters()]]


@scene
def applying(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    seen: list[str] = []
    return [m.apply(lambda c: seen.append(type(c).__name__)) is m, seen]


@scene
def assigning(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    out: list[Any] = [
        error(lambda: setattr(m, "scale", lib.ones(3))),
        error(lambda: setattr(m, "first", 3)),
        error(lambda: setattr(m, "count", 3)),
    ]
    m.scale = None
    m.first = None
    m.count = None
    out += [m.scale, m.first, m.count, list(m.state_dict())]
    m.count = lib.ones(1)
    m.scale = pkg.Parameter(lib.zeros(1))
    m.nothing = pkg.Identity()
    m.first = pkg.Parameter(lib.zeros(2))  # from a module to a parameter
    m.count = pkg.Linear(1, 1)  # from a buffer to a module
    out += [list(m.state_dict()), repr(m), "nothing" in m.__dict__]
    del m.scale, m.count, m.hidden, m.nothing
    out += [list(m.state_dict()), repr(m), error(lambda: m.scale), hasattr(m, "hidden")]
    m.plain = 3
    del m.plain
    return [*out, error(lambda: m.plain), error(lambda: delattr(m, "plain"))]


@scene
def registering(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    p, b = pkg.Parameter(lib.ones(1)), lib.ones(1)
    return [
        error(lambda: m.register_parameter("scale", pkg.Parameter(lib.zeros(1)))),
        m.scale,
        *(
            error(lambda name=name, add=add, x=x: add(name, x))
            for add, x in (
                (m.register_parameter, p),
                (m.register_buffer, b),
                (m.add_module, pkg.Identity()),
                (m.register_module, pkg.Identity()),
            )
            for name in ("forward", "a.b", "", 3, "training")
        ),
        error(lambda: m.register_parameter("x", b)),
        error(lambda: m.register_parameter("x", p * 2)),
        error(lambda: m.register_buffer("x", 3)),
        error(lambda: m.add_module("x", b)),
        error(lambda: m.register_buffer("scale", b)),
        error(lambda: m.add_module("count", pkg.Identity())),
        list(m.state_dict()),
    ]


@scene
def before_init(lib: Any, pkg: Any) -> Any:
    class Early(pkg.Module):
        def __init__(self, add: Callable[[Any], Any]) -> None:
            add(self)

    return [
        error(lambda: Early(lambda m: setattr(m, "x", pkg.Parameter(lib.ones(1))))),
        error(lambda: Early(lambda m: setattr(m, "x", pkg.Linear(1, 1)))),
        error(lambda: Early(lambda m: m.register_buffer("x", lib.ones(1)))),
        error(lambda: Early(lambda m: m.register_parameter("x", None))),
        error(lambda: Early(lambda m: m.x)),
        error(lambda: Early(lambda m: None)(lib.ones(1))),
        Early(lambda m: setattr(m, "x", 3)).x,
    ]


@scene
def no_forward(lib: Any, pkg: Any) -> Any:
    return [error(lambda: pkg.Module()(1)), error(lambda: pkg.ModuleList()(1)), repr(pkg.Module())]


@scene
def paths(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    return [
        m.get_submodule("body.2.0"),
        m.get_submodule("") is m,
        error(lambda: m.get_submodule("body.7")),
        error(lambda: m.get_submodule("scale")),
        error(lambda: m.get_submodule("nothing")),
    ]


@scene
def state_round_trip(lib: Any, pkg: Any) -> Any:
    a, b = net(lib, pkg), net(lib, pkg)
    for p in b.parameters():
        pkg.init.constant_(p, 0.5)
    result = a.load_state_dict(b.state_dict())
    out = [repr(result), list(result), list(a.parameters())]
    state = a.state_dict()
    with lib.no_grad():
        a.scale.fill_(9)  # the state is on the module's memory
    return [*out, state["scale"], state["scale"].requires_grad,
            a.state_dict(keep_vars=True)["scale"] is a.scale]  # fmt: skip


@scene
def state_that_does_not_fit(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    for p in m.parameters():
        pkg.init.constant_(p, 0.5)
    state = m.state_dict()
    partial = {"scale": lib.zeros(3), "else": lib.ones(1)}
    out: list[Any] = [
        error(lambda: m.load_state_dict(partial)),
        error(lambda: m.load_state_dict({**state, "scale": lib.ones(4)})),
        error(lambda: m.load_state_dict({**state, "scale": lib.ones(4)}, strict=False)),
        error(lambda: m.load_state_dict({**state, "scale": 3})),
        error(lambda: m.load_state_dict([1])),
    ]
    result = m.load_state_dict(partial, strict=False)
    out += [repr(result).lstrip("_"), result.missing_keys, result.unexpected_keys, m.scale]
    m.load_state_dict({**state, "scale": lib.ones(3, dtype=lib.float64)})
    return [*out, m.scale]


@scene
def hooks(lib: Any, pkg: Any) -> Any:
    layer = pkg.Identity()
    seen: list[Any] = []
    handles = [
        layer.register_forward_pre_hook(lambda m, args: seen.append(("pre", args))),
        layer.register_forward_pre_hook(lambda m, args: args[0] + 1),
        layer.register_forward_pre_hook(lambda m, args: (args[0] * 2,), prepend=True),
        layer.register_forward_hook(lambda m, args, out: seen.append(("post", args, out))),
        layer.register_forward_hook(lambda m, args, out: out * 10),
        layer.register_forward_hook(lambda m, args, out: out + 5, prepend=True),
    ]
    out = [layer(lib.ones(1))]
    handles[1].remove()
    handles[4].remove()
    handles[4].remove()
    out.append(layer(lib.ones(1)))
    with layer.register_forward_hook(lambda m, args, out: out * 0):
        out.append(layer(lib.ones(1)))
    out.append(layer(lib.ones(1)))
    return [out, seen]


@scene
def hooks_with_keywords(lib: Any, pkg: Any) -> Any:
    class Scaled(pkg.Module):
        def forward(self, x: Any, factor: Any = 1) -> Any:
            return x * factor

    m = Scaled()
    seen: list[Any] = []
    m.register_forward_hook(lambda m, args, kwargs, out: seen.append(kwargs), with_kwargs=True)
    handle = m.register_forward_pre_hook(
        lambda m, args, kwargs: (args, {"factor": 3}), with_kwargs=True
    )
    out = [m(lib.ones(1)), m(lib.ones(1), factor=2)]
    handle.remove()
    m.register_forward_pre_hook(lambda m, args, kwargs: None, with_kwargs=True)
    out.append(m(lib.ones(1), factor=2))
    m.register_forward_pre_hook(lambda m, args, kwargs: args, with_kwargs=True)
    return [*out, seen, error(lambda: m(lib.ones(1)))]


@scene
def hooks_after_an_error(lib: Any, pkg: Any) -> Any:
    class Failing(pkg.Module):
        def forward(self, x: Any) -> Any:
            raise ValueError("no")

    m, seen = Failing(), []
    m.register_forward_hook(lambda m, args, out: seen.append(("always", out)), always_call=True)
    m.register_forward_hook(lambda m, args, out: seen.append("never"))
    return [error(lambda: m(lib.ones(1))), seen]


class Seen:
    """A hook that notes what it gets."""

    def __init__(self, result: Any = None) -> None:
        self.calls: list[Any] = []
        self.result = result

    def __call__(self, module: Any, *grads: Any) -> Any:
        self.calls.append(grads)
        return self.result


@scene
def backward_hooks(lib: Any, pkg: Any) -> Any:
    class Two(pkg.Module):
        def forward(self, a: Any, b: Any, k: Any = None) -> Any:
            return a * b, a + 1, "text"

    m, a, b = Two(), lib.ones(2, requires_grad=True), lib.full((2,), 3.0)
    seen, pre = Seen(), Seen()
    m.register_full_backward_hook(seen)
    m.register_full_backward_pre_hook(pre)
    m(a, b)[0].sum().backward()
    m(a, 3.0)[1].sum().backward()
    m(a, b, k=a)[1].sum().backward()
    with lib.no_grad():
        out = m(a, b)
    return [seen.calls, pre.calls, a.grad, out]


@scene
def backward_hooks_that_change(lib: Any, pkg: Any) -> Any:
    x = lib.ones(1, 2, requires_grad=True)
    layer = pkg.Linear(2, 1)
    for p in layer.parameters():
        pkg.init.constant_(p, 2.0)

    def grads(*hooks: Any) -> Any:
        handles = [getattr(layer, name)(hook, **options) for name, hook, options in hooks]
        result = error(lambda: lib.autograd.grad(layer(x).sum(), [x, layer.weight]))
        for handle in handles:
            handle.remove()
        return result

    full, pre = "register_full_backward_hook", "register_full_backward_pre_hook"
    ten = (full, lambda m, gi, go: (gi[0] * 10,), {})
    one = (full, lambda m, gi, go: (gi[0] + 1,), {})
    three = (pre, lambda m, go: (go[0] * 3,), {})
    return [
        grads(ten),
        grads(ten, one),
        grads(ten, (*one[:2], {"prepend": True})),
        grads(three),
        grads(three, ten),
        grads((full, lambda m, gi, go: (gi[0], gi[0]), {})),
        grads((pre, lambda m, go: (), {})),
        grads(),
    ]


@scene
def backward_hooks_of_higher_order(lib: Any, pkg: Any) -> Any:
    m, seen = pkg.Sigmoid(), Seen()
    m.register_full_backward_hook(seen)
    x = lib.zeros(1, dtype=lib.float64, requires_grad=True)
    (g,) = lib.autograd.grad(m(x), x, create_graph=True)
    (h,) = lib.autograd.grad(g * x.exp(), x)
    return [seen.calls[0], len(seen.calls), g, h]


@scene
def backward_hooks_and_forward_hooks(lib: Any, pkg: Any) -> Any:
    m, seen = pkg.Identity(), Seen()
    m.register_forward_hook(lambda m, args, out: out * 2)
    m.register_full_backward_hook(seen)
    x = lib.ones(1, requires_grad=True)
    m(x).backward()
    return [seen.calls, x.grad]


@scene
def backward_hooks_without_inputs(lib: Any, pkg: Any) -> Any:
    m, seen = pkg.Linear(1, 1), Seen()
    handle = m.register_full_backward_hook(seen)
    with pytest.warns(UserWarning, match="no inputs require grad"):
        m(lib.ones(2, 1)).sum().backward()
    handle.remove()
    m.register_full_backward_hook(Seen((lib.ones(2, 1),)))
    with pytest.warns(UserWarning, match="no inputs require grad"):
        failed = error(lambda: m(lib.ones(2, 1)).sum().backward())

    class Named(pkg.Module):
        def forward(self, x: Any) -> Any:
            return {"x": x * 2}

    n, unseen = Named(), Seen()
    n.register_full_backward_hook(unseen)
    with pytest.warns(UserWarning, match="output should be a Tensor or a tuple of Tensors"):
        n(lib.ones(1, requires_grad=True))["x"].backward()
    return [seen.calls, failed, unseen.calls]


@scene
def members_by_path(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    out: list[Any] = [
        m.get_parameter("body.1.weight") is m.body[1].weight,
        m.get_buffer("count"),
        *(error(lambda path=path: m.get_parameter(path)) for path in ("x", "count", "body.9.x")),
        *(error(lambda path=path: m.get_buffer(path)) for path in ("x", "scale", "9.x")),
        m._get_name(),
        m.cpu() is m,
        m.type(lib.float64).scale,
    ]
    m.set_submodule("body.2.0", pkg.ReLU())
    m.set_submodule("body.2.new", pkg.Tanh())
    return [
        *out,
        m.body,
        error(lambda: m.set_submodule("", pkg.ReLU())),
        error(lambda: m.set_submodule("body.x", pkg.ReLU(), strict=True)),
        error(lambda: m.set_submodule("nowhere.x", pkg.ReLU())),
        error(lambda: m.set_submodule("body.0", 3)),
    ]


@scene
def state_that_is_assigned(lib: Any, pkg: Any) -> Any:
    m = pkg.Sequential(pkg.Linear(2, 1), pkg.BatchNorm1d(1).requires_grad_(False))
    state = {name: value.double() for name, value in m.state_dict().items()}
    result = m.load_state_dict(state, assign=True)
    kinds = [str(value.dtype).removeprefix("torch.") for value in m.state_dict().values()]
    out = [repr(result), kinds, [p.requires_grad for p in m.parameters()]]
    out += [
        [type(p).__name__ for p in m.parameters()],
        m[1].running_mean is state["1.running_mean"],
    ]
    m.load_state_dict({"0.bias": pkg.Parameter(lib.ones(1), False)}, strict=False, assign=True)
    return [*out, m[0].bias.requires_grad, m[0].bias]


@scene
def state_of_older_batch_norms(lib: Any, pkg: Any) -> Any:
    m = pkg.Sequential(pkg.BatchNorm1d(1))
    state = {n: v for n, v in m.state_dict().items() if not n.endswith("num_batches_tracked")}
    return [repr(m.load_state_dict(state)), error(lambda: m.load_state_dict({}))]


@scene
def copying(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    m(lib.ones(1, 2)).sum().backward()
    m.register_forward_hook(lambda m, args, out: out * 0)
    c = copy.deepcopy(m)
    with lib.no_grad():
        m.scale.fill_(7)
    return [
        c.scale,
        type(c.scale).__name__,
        c.scale.requires_grad,
        c.scale.grad,
        c.again is c.body[1],
        c.again is m.again,
        c(lib.ones(1, 2)),
        list(c.state_dict()),
        copy.copy(m).scale is m.scale,
    ]


@scene
def pickling(lib: Any, pkg: Any) -> Any:
    lib.manual_seed(1)
    m = pkg.Sequential(
        pkg.Linear(2, 2), pkg.ModuleDict({"a": pkg.ReLU()}), pkg.ModuleList([pkg.Tanh()])
    )
    m[0].register_buffer("b", lib.ones(1), persistent=False)
    m.shared = m[0]
    m.eval()
    c = pickle.loads(pickle.dumps(m))
    return [
        c,
        [p.tolist() for p in c.parameters()] == [p.tolist() for p in m.parameters()],
        [type(p).__name__ for p in c.parameters()],
        c.shared is c[0],
        c.training,
        list(c.state_dict()),
        [n for n, _ in c.named_buffers()],
    ]


@scene
def parameters(lib: Any, pkg: Any) -> Any:
    data = lib.ones(2)
    p = pkg.Parameter(data)
    with lib.no_grad():
        data[0] = 5.0
        out: list[Any] = [p, p.is_leaf, p.requires_grad, isinstance(p, lib.Tensor)]
        p[1] = 7.0
    q = pickle.loads(pickle.dumps(p))
    frozen = copy.deepcopy(pkg.Parameter(lib.zeros(1), requires_grad=False))
    out += [data, repr(p), type(p * 1).__name__, type(p.data).__name__, type(p.detach()).__name__]
    out += [q, type(q).__name__, q.requires_grad, frozen.requires_grad, type(frozen).__name__]
    graph = lib.ones(2, requires_grad=True) * 2
    out += [pkg.Parameter(graph).is_leaf, pkg.Parameter(graph), tuple(pkg.Parameter().shape)]
    out += [repr(pkg.Parameter(lib.ones(1, 2), requires_grad=False)), p.dtype == lib.float32]
    out += [error(lambda: pkg.Parameter(lib.tensor([1]))), pkg.Parameter(lib.tensor([1]), False)]
    p.tag = "mine"
    return [*out, p.tag]


@scene
def a_shared_parameter_counts_once(lib: Any, pkg: Any) -> Any:
    m = pkg.Sequential(pkg.Linear(3, 3), pkg.Linear(3, 3))
    m[1].weight = m[0].weight
    return [len(list(m.parameters())), [n for n, _ in m.named_parameters()], list(m.state_dict())]


@scene
def a_change_of_data_is_seen_in_the_graph(lib: Any, pkg: Any) -> Any:
    data = lib.ones(2)
    p = pkg.Parameter(data)
    y = (p * p).sum()
    data.mul_(2)
    return isinstance(error(y.backward), RuntimeError)


@scene
def sequential(lib: Any, pkg: Any) -> Any:
    a, b, c = pkg.Linear(2, 3), pkg.ReLU(), pkg.Linear(3, 1)
    m = pkg.Sequential(a, b, c)
    named = pkg.Sequential(OrderedDict([("in", a), ("act", b), ("out", c)]))
    out: list[Any] = [
        m, named, len(m), m[0] is a, m[-1] is c, m[1:], named[1:], named[::2], list(m) == [a, b, c],
        error(lambda: m[3]), error(lambda: m[-4]), named.act is b, m(lib.zeros(4, 2)).shape[1],
        list(m[1:].state_dict()), list(named[1:].state_dict()), pkg.Sequential(), m[0:0],
        pkg.Sequential()(3), m + pkg.Sequential(b), error(lambda: m + pkg.ModuleList([b])),
        error(lambda: pkg.Sequential(3)), error(lambda: pkg.Sequential([a])),
        pkg.Sequential(m, named), m[1:](lib.zeros(4, 3)).shape[1],
    ]  # fmt: skip
    out.append(m.append(pkg.Tanh()) is m)
    m[1] = pkg.Sigmoid()
    m.insert(1, pkg.Identity())
    m.extend([pkg.Tanh(), pkg.ReLU(inplace=True)])
    out += [repr(m), m.pop(0), repr(m)]
    del m[0]
    del m[1:3]
    del m[-1]
    return [*out, m, error(lambda: m.append(3))]


@scene
def module_list(lib: Any, pkg: Any) -> Any:
    m = pkg.ModuleList([pkg.Linear(2, 2) for _ in range(3)] + [pkg.ReLU(), pkg.ReLU(), pkg.Tanh()])
    out: list[Any] = [
        repr(m), len(m), m[1], m[-1], m[1:], m[::-1], error(lambda: m[6]), list(m.state_dict()),
        [type(c).__name__ for c in m], pkg.ModuleList(), pkg.ModuleList() + pkg.ModuleList([m[-1]]),
        error(lambda: m.extend(3)), pkg.ReLU() in m, m[0] in m, pkg.ModuleList([m]),
        pkg.ModuleList([m] * 2),
    ]  # fmt: skip
    m.append(pkg.Identity())
    m.insert(0, pkg.Identity())
    m[1] = pkg.Tanh()
    m += [pkg.Tanh()]
    out += [repr(m), m.pop(-1), m.pop(0), repr(m)]
    del m[0]
    del m[2:]
    return [*out, m]


@scene
def module_dict(lib: Any, pkg: Any) -> Any:
    a, b = pkg.Linear(2, 3), pkg.ReLU()
    m = pkg.ModuleDict({"a": a, "b": b})
    out: list[Any] = [
        m, len(m), list(m), m["a"] is a, "a" in m, "c" in m, list(m.keys()), list(m.items()),
        list(m.values()), list(m.state_dict()), error(lambda: m["c"]), pkg.ModuleDict(),
        pkg.ModuleDict([("x", b)]), pkg.ModuleDict(m), error(lambda: m.update(3)),
        error(lambda: m.__setitem__("c", 3)), error(lambda: m.__setitem__("keys", b)),
    ]  # fmt: skip
    m["c"] = pkg.Tanh()
    m.update({"b": pkg.Sigmoid()})
    out += [repr(m), m.pop("a"), repr(m)]
    del m["b"]
    out.append(repr(m))
    m.clear()
    return [*out, m]


@scene
def parameter_list(lib: Any, pkg: Any) -> Any:
    m = pkg.ParameterList([lib.ones(2), pkg.Parameter(lib.ones(2, 3), False), 3])
    out: list[Any] = [
        len(m), m[0], m[-1], list(m.state_dict()), [type(each).__name__ for each in m],
        [p.requires_grad for p in m.parameters()], len(m[1:]), type(m[::2]).__name__,
        error(lambda: m[3]), error(lambda: m["a"]), error(lambda: m(1)), error(lambda: m.extend(3)),
        error(lambda: pkg.ParameterList(3)), len(pkg.ParameterList()),
        repr(pkg.ParameterList()), repr(pkg.ParameterList([3, "a"])), repr(pkg.ParameterList([3])),
    ]  # fmt: skip
    out.append(m.append(lib.zeros(1)) is m)
    m += [lib.zeros(2)]
    m.extend(m[:2])
    m[0] = lib.zeros(5)
    m[-1] = None
    return [*out, list(m), list(m.state_dict()), [n for n, _ in m.named_parameters()]]


@scene
def parameter_dict(lib: Any, pkg: Any) -> Any:
    a = pkg.Parameter(lib.ones(()))
    m = pkg.ParameterDict({"b": lib.ones(2), "a": a, "n": 3})
    out: list[Any] = [
        len(m), list(m), m["a"] is a, "a" in m, "z" in m, list(m.keys()), list(m.items()),
        list(m.values()), list(m.state_dict()), m.get("z"), m.get("a") is a, list(reversed(m)),
        m.setdefault("n", 4), m.setdefault("s", lib.zeros(1)), repr(pkg.ParameterDict({"n": 3})),
        repr(pkg.ParameterDict()), list(pkg.ParameterDict([("x", a)])), m.copy()["a"] is a,
        list(m | {"z": lib.ones(1)}), list({"z": lib.ones(1)} | m), list(m.fromkeys("pq", 1.0)),
        error(lambda: m.copy().__setitem__(3, 4)),
        error(lambda: m.copy().__setitem__("x.y", lib.ones(1))),
        error(lambda: pkg.ParameterDict(3)), error(lambda: m(1)),
    ]  # fmt: skip
    m["a"] = lib.zeros(1)
    m |= {"b": lib.zeros(3)}
    out += [m["a"], m.pop("b"), m.popitem(), list(m.items())]
    del m["n"]
    out.append(list(m))
    m.clear()
    return [*out, len(m), list(m.state_dict())]


@scene
def lazy_modules(lib: Any, pkg: Any) -> Any:
    lib.manual_seed(0)
    m = pkg.Sequential(
        pkg.LazyConv2d(2, 2, bias=False), pkg.LazyBatchNorm2d(), pkg.Flatten(), pkg.LazyLinear(3)
    )
    out: list[Any] = [
        repr(m), list(m.state_dict()), [repr(p) for p in m.parameters()],
        [repr(b) for b in m.buffers()], error(lambda: m[0].weight.shape),
        error(lambda: m[0].weight + 1), m[3].has_uninitialized_params(), m[3].weight.grad,
        error(lambda: m.requires_grad_(False)), [p.requires_grad for p in m.parameters()],
        [type(p).__name__ for p in copy.deepcopy(m[3]).parameters()],
        [repr(p) for p in pickle.loads(pickle.dumps(m[3])).parameters()],
    ]  # fmt: skip
    known = list(m.parameters())
    result = m.double()(lib.ones(2, 3, 3, 3).double())
    out += [tuple(result.shape), repr(m), [type(p).__name__ for p in m.parameters()]]
    out += [[p is q for p, q in zip(known, m.parameters(), strict=True)]]
    out += [[str(p.dtype).removeprefix("torch.") for p in m.parameters()]]
    loaded = pkg.LazyLinear(3)
    out += [repr(loaded.load_state_dict(pkg.Linear(2, 3).state_dict())), tuple(loaded.weight.shape)]
    out += [repr(loaded), tuple(loaded(lib.ones(1, 2)).shape), repr(loaded)]
    return [
        *out,
        error(lambda: pkg.LazyConv2d(2, 2)(lib.ones(2, 2))),
        error(lambda: pkg.LazyBatchNorm2d()(lib.ones(2, 2))),
        error(lambda: pkg.Linear(2, 3).load_state_dict(pkg.LazyLinear(3).state_dict())),
    ]


@scene
def text_of_a_module_with_more_to_say(lib: Any, pkg: Any) -> Any:
    class Wordy(pkg.Module):
        def __init__(self, lines: str, inside: bool) -> None:
            super().__init__()
            self.lines = lines
            if inside:
                self.inner = pkg.Sequential(pkg.ReLU())

        def extra_repr(self) -> str:
            return self.lines

    return [repr(Wordy(lines, inside)) for lines in ("", "one", "a\nb") for inside in (0, 1)]


@pytest.mark.parametrize("run", SCENES, ids=lambda run: run.__name__)
def test_scene(run: Scene) -> None:
    same_scene(run)


# -- what torch does not do, or says less well ---------------------------------------------


def test_a_failed_load_leaves_the_module_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    before = [p.tolist() for p in model.parameters()]
    state = {name: autograd.zeros(value.shape) for name, value in model.state_dict().items()}
    state["1.bias"] = autograd.zeros(7)
    with pytest.raises(RuntimeError, match=r"size mismatch for 1\.bias"):
        model.load_state_dict(state)
    assert [p.tolist() for p in model.parameters()] == before


def test_a_load_that_fails_says_all_that_is_wrong() -> None:
    model = nn.Linear(2, 2)
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict({"weight": autograd.zeros(3, 2), "extra": autograd.zeros(1)})
    text = str(caught.value)
    assert 'Missing key(s) in state_dict: "bias".' in text
    assert 'Unexpected key(s) in state_dict: "extra".' in text
    assert "shape (3, 2) from checkpoint, the shape in current model is (2, 2)" in text
    assert "strict=False" in text


def test_errors_say_what_to_write() -> None:
    class Early(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(1, 1)

    with pytest.raises(AttributeError, match=r"super\(\).__init__\(\) as the first line of Early"):
        Early()
    with pytest.raises(TypeError, match=r"write Parameter\(tensor\(data\)\)"):
        nn.Parameter([1.0])  # type: ignore[arg-type]  # the mistake itself
    with pytest.raises(NotImplementedError, match=r"write def forward\(self, x\)"):
        nn.Module()(1)
    with pytest.raises(RuntimeError, match="no device 'cuda' here"):
        nn.Linear(1, 1).to("cuda")


def test_a_deep_model_is_walked_without_recursion() -> None:
    model: nn.Module = nn.Identity()
    for _ in range(3000):
        outer = nn.Module()
        outer.inner = model
        model = outer
    assert sum(1 for _ in model.modules()) == 3001
    assert model.state_dict() == {}


def test_parameters_and_buffers_live_and_die_with_the_module() -> None:
    import gc
    import weakref

    gc.collect()
    gc.disable()
    try:
        model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
        model(autograd.ones(1, 2)).sum().backward()
        dead = [weakref.ref(model), *(weakref.ref(p) for p in model.parameters())]
        del model
        assert [ref() for ref in dead] == [None] * len(dead)
    finally:
        gc.enable()


def test_nn_is_the_namespace_that_torch_users_import() -> None:
    import nn.functional as F
    from nn import optim

    assert F.relu is nn.functional.relu
    assert optim.SGD is nn.optim.SGD
    assert set(nn.__all__) <= set(dir(torch.nn)) | {"data", "optim"}


@pytest.mark.parametrize("kind", [nn.Sequential, nn.ModuleList])
def test_a_refused_module_loses_none(kind: Any) -> None:
    model = kind(nn.Tanh(), nn.ReLU()) if kind is nn.Sequential else kind([nn.Tanh(), nn.ReLU()])
    before = repr(model)
    for change in (
        lambda: model.insert(0, "x"),
        lambda: model.append("x"),
        lambda: model.__setitem__(0, "x"),
        lambda: model.extend([3]),
    ):
        with pytest.raises(TypeError):
            change()
        assert repr(model) == before


def test_a_poisson_loss_calls_its_input_log_input() -> None:
    for lib, pkg in ((autograd, nn), (torch, torch.nn)):
        loss = pkg.PoissonNLLLoss()(log_input=lib.zeros(2), target=lib.ones(2))
        assert loss.item() == 1.0
