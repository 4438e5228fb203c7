"""What torch's nn has beside its layers: hooks of all modules, buffers, places, and more."""

from __future__ import annotations

import copy
import importlib
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.both import plain, same
from tests.oracle import torch
from tests.scenes import Scene, comparable, error, same_scene

SCENES: list[Scene] = []
SIDES = pytest.mark.parametrize(
    ("lib", "pkg"), [(autograd, nn), (torch, torch.nn)], ids=["ours", "torch"]
)


def scene(function: Scene) -> Scene:
    SCENES.append(function)
    return function


def modules(pkg: Any, name: str) -> Any:
    """torch's file ``nn/modules/<name>.py``, or ours of that name."""
    prefix = "nn" if pkg is nn else "torch.nn"
    return importlib.import_module(f"{prefix}.modules.{name}")


@scene
def hooks_of_all_modules(lib: Any, pkg: Any) -> Any:
    place, seen = modules(pkg, "module"), []
    layer = pkg.Sequential(pkg.Tanh(), pkg.Identity())
    layer.register_forward_hook(lambda m, args, out: seen.append("own"))
    layer.register_forward_pre_hook(lambda m, args: seen.append("own pre"))
    layer.register_full_backward_hook(lambda m, gi, go: seen.append("own back"))
    x = lib.zeros(1, requires_grad=True)
    handles = [
        place.register_module_forward_pre_hook(
            lambda m, args: seen.append(("pre", type(m).__name__))
        ),
        place.register_module_forward_hook(lambda m, args, out: out * 2),
        place.register_module_forward_hook(
            lambda m, args, kwargs, out: seen.append(kwargs), with_kwargs=True
        ),
        place.register_module_full_backward_pre_hook(lambda m, go: seen.append(go[0].item())),
        place.register_module_full_backward_hook(lambda m, gi, go: (gi[0] * 3,)),
    ]
    try:
        layer(x).sum().backward()
        pkg.Identity()(input=x)
    finally:
        for handle in handles:
            handle.remove()
    seen.append(x.grad)
    layer(x + 1).sum().backward()
    return [*seen, x.grad]


@scene
def hooks_of_all_modules_after_an_error(lib: Any, pkg: Any) -> Any:
    place, seen = modules(pkg, "module"), []
    handle = place.register_module_forward_hook(
        lambda m, args, out: seen.append(out), always_call=True
    )
    try:
        return [error(lambda: pkg.Linear(2, 1)(lib.ones(3))), seen]
    finally:
        handle.remove()


@scene
def buffers_by_assignment(lib: Any, pkg: Any) -> Any:
    m = pkg.Module()
    m.a = pkg.Buffer(lib.ones(2))
    m.b = pkg.Buffer(lib.zeros(1), persistent=False)
    out = [list(m.state_dict()), [name for name, _ in m.named_buffers()], m.a]
    m.a = lib.zeros(3)
    m.b = None
    out += [m.a, m.b, list(dict(m.named_buffers()))]
    m.c = pkg.Parameter(lib.ones(1))
    out += [error(lambda: setattr(m, "c", pkg.Buffer(lib.ones(1))))]
    m.d = pkg.Tanh()
    out += [error(lambda: setattr(m, "d", pkg.Buffer(lib.ones(1))))]
    del m.d
    m.d = pkg.Buffer(lib.ones(1))
    m.a = pkg.Buffer(lib.ones(4), persistent=False)
    out += [error(lambda: setattr(m, "a", 3)), list(m.state_dict()), len(list(m.parameters()))]
    m = pickle.loads(pickle.dumps(copy.deepcopy(m)))
    return [*out, m.a, m.c, m.d, isinstance(pkg.Buffer(lib.ones(1)), pkg.Buffer)]


@scene
def sequences_of_modules(lib: Any, pkg: Any) -> Any:
    m = pkg.Sequential(pkg.ReLU(), pkg.Linear(1, 1))
    more = pkg.Sequential(pkg.Tanh())
    same_object = m
    m += more
    out = [m is same_object, m, m * 2, 2 * more, (m * 2)[0] is m[0]]
    more *= 3
    out += [more, error(lambda: m * 0), error(lambda: m * 1.5), error(lambda: m.__iadd__([1]))]
    return [*out, error(lambda: more.__imul__("a")), error(lambda: m + pkg.ReLU())]


@scene
def corners_of_containers(lib: Any, pkg: Any) -> Any:
    m = pkg.Sequential(pkg.ReLU(), pkg.Linear(1, 1))
    return [
        error(lambda: m["a"]),
        error(lambda: m[1.0]),
        error(lambda: m.insert(9, pkg.ReLU())),
        error(lambda: m.insert(-9, pkg.ReLU())),
        m.insert(2, pkg.Tanh()),
        m.insert(-1, pkg.ELU()),
        error(lambda: m.set_submodule("1.weight", pkg.ReLU())),
        error(lambda: m.set_submodule("1.in_features", pkg.ReLU())),
        m,
    ]


@scene
def conversions(lib: Any, pkg: Any) -> Any:
    m = pkg.Sequential(pkg.Linear(2, 1))
    shared = pkg.ModuleList([m, m])
    return [
        m.to("cpu", memory_format=lib.channels_last) is m,
        m.to(lib.device("cpu"), lib.float64, True) is m,
        m.to_empty(device="cpu") is m,
        len(list(shared.modules())),
        len(list(shared.modules(remove_duplicate=False))),
        m[0].weight.dtype == lib.float64,
    ]


@scene
def synchronised_normalisation(lib: Any, pkg: Any) -> Any:
    lib.manual_seed(0)
    m = pkg.Sequential(
        pkg.Linear(2, 3), pkg.Sequential(pkg.BatchNorm1d(3, eps=0.1, momentum=None)),
        pkg.BatchNorm1d(3, affine=False).eval(), pkg.BatchNorm1d(3, track_running_stats=False),
    )  # fmt: skip
    kept = m[1][0].weight
    new = pkg.SyncBatchNorm.convert_sync_batchnorm(m)
    alone = pkg.SyncBatchNorm.convert_sync_batchnorm(pkg.BatchNorm2d(2))
    return [
        new is m, new, alone, m[1][0].weight is kept, m[2].training, list(m.state_dict()),
        error(lambda: pkg.SyncBatchNorm(2)(lib.ones(2))),
    ]  # fmt: skip


@scene
def calls_with_other_parameters(lib: Any, pkg: Any) -> Any:
    call = lib.func.functional_call
    tied = pkg.Sequential(pkg.Linear(2, 2, bias=False), pkg.Linear(2, 2, bias=False))
    tied[1].weight = tied[0].weight
    before = tied[0].weight
    w = lib.eye(2) * 2
    w.requires_grad_()
    out = call(tied, {"0.weight": w}, (lib.ones(1, 2),))
    out.sum().backward()
    norm = pkg.BatchNorm1d(2)
    mean = lib.ones(2)
    call(norm, {"running_mean": mean}, lib.ones(3, 2))
    return [
        out.detach(), w.grad, tied[0].weight is before, before.grad, mean, norm.running_mean,
        call(pkg.Identity(), {}, kwargs={"input": lib.ones(1)}),
        error(lambda: call(tied, {"nothing": w}, lib.ones(1, 2))),
        error(lambda: call(pkg.Linear(1, 1), {"weight": lib.ones(1, 1)}, lib.ones(1), strict=True)),
        call(pkg.Linear(1, 1), {"weight": lib.ones(1, 1), "bias": lib.ones(1)}, lib.ones(1)),
    ]  # fmt: skip


@scene
def layers_of_ones_own(lib: Any, pkg: Any) -> Any:
    class Standardised(pkg.Conv2d):
        def forward(self, x: Any) -> Any:
            weight = self.weight - self.weight.mean(dim=(1, 2, 3), keepdim=True)
            return self._conv_forward(x, weight, self.bias)

    class Centred(pkg.BatchNorm2d):
        def forward(self, x: Any) -> Any:
            self._check_input_dim(x)
            return x - x.mean((0, 2, 3), keepdim=True)

    class Quiet(pkg.TransformerEncoderLayer):
        def _sa_block(self, x: Any, *args: Any, **kwargs: Any) -> Any:
            return super()._sa_block(x, *args, **kwargs) * 0

        def _ff_block(self, x: Any) -> Any:
            return super()._ff_block(x) * 0 + 1

    class Forgetful(pkg.TransformerDecoderLayer):
        def _mha_block(self, x: Any, mem: Any, *args: Any, **kwargs: Any) -> Any:
            return super()._mha_block(x, mem, *args, **kwargs) * 0

        def _sa_block(self, x: Any, attn_mask: Any, *args: Any, **kwargs: Any) -> Any:
            return super()._sa_block(x, attn_mask, *args, **kwargs) * 0

        def _ff_block(self, x: Any) -> Any:
            return super()._ff_block(x) * 0

    x = lib.arange(8.0).reshape(1, 2, 2, 2)
    conv = Standardised(2, 1, 2, padding_mode="reflect", padding=1).requires_grad_(False)
    encoder = Quiet(4, 2, 8, norm_first=True).requires_grad_(False)
    decoder = Forgetful(4, 2, 8, norm_first=True).requires_grad_(False)
    return [
        tuple(conv(x).shape),
        Centred(2)(x),
        error(lambda: Centred(2)(x[0])),
        encoder(lib.ones(2, 4)),
        decoder(lib.ones(2, 4), lib.ones(3, 4)),
        error(lambda: pkg.parameter.Parameters),
        pkg.parameter.UninitializedParameter.__name__,
    ]


@scene
def models_over_devices(lib: Any, pkg: Any) -> Any:
    m = pkg.DataParallel(pkg.Identity())
    m.load_state_dict(m.state_dict())
    model = pkg.DataParallel(pkg.Linear(1, 1))
    return [m, m(lib.ones(2)), list(model.state_dict()), model.module, m.device_ids]


@scene
def a_parameter_as_weight_of_a_loss(lib: Any, pkg: Any) -> Any:
    weight = pkg.Parameter(lib.ones(3))
    loss = pkg.CrossEntropyLoss(weight=weight)
    out = [error(lambda: loss(lib.zeros(2, 3), lib.tensor([0, 2])))]
    out += [loss.weight is weight, list(loss.state_dict()), len(list(loss.parameters()))]
    weight.requires_grad_(False)
    return [*out, loss(lib.zeros(2, 3), lib.tensor([0, 2]))]


@pytest.mark.parametrize("run", SCENES, ids=lambda run: run.__name__)
def test_scene(run: Scene) -> None:
    same_scene(run)


def places() -> Iterator[tuple[str, str]]:
    for name in nn.modules._PLACES:
        theirs = importlib.import_module(f"torch.nn.modules.{name}")
        for each in theirs.__all__:
            yield name, each


def test_every_layer_is_where_torch_has_it() -> None:
    missing = {
        f"{place}.{name}" for place, name in places() if not hasattr(modules(nn, place), name)
    }
    # Older names of Module and NLLLoss, and the base of modules that learn their sizes.
    assert missing <= {"container.Container", "loss.NLLLoss2d", "lazy.LazyModuleMixin"}
    for place, name in places():
        if f"{place}.{name}" not in missing:
            found = getattr(modules(nn, place), name)
            assert found is getattr(nn, name) is getattr(nn.modules, name)


@SIDES
def test_bases_have_torchs_names(lib: Any, pkg: Any) -> None:
    def base(place: str, name: str) -> Any:
        return getattr(modules(pkg, place), name)

    assert isinstance(pkg.BatchNorm2d(1), base("batchnorm", "_BatchNorm"))
    assert isinstance(pkg.InstanceNorm2d(1), base("batchnorm", "_NormBase"))
    assert not isinstance(pkg.InstanceNorm2d(1), base("batchnorm", "_BatchNorm"))
    assert isinstance(pkg.ConvTranspose1d(1, 1, 1), base("conv", "_ConvNd"))
    assert isinstance(pkg.MSELoss(), base("loss", "_Loss"))
    assert isinstance(pkg.NLLLoss(), base("loss", "_WeightedLoss"))
    assert isinstance(pkg.Dropout2d(), base("dropout", "_DropoutNd"))
    pair = base("utils", "_pair")
    assert (pair(3), pair([1, 2]), base("utils", "_single")(2)) == ((3, 3), (1, 2), (2,))
    assert base("utils", "_ntuple")(3)("ab") == ("a", "b")


FUSED: list[tuple[str, tuple[Any, ...], str, tuple[int, ...], bool]] = [
    ("Conv2d", (2, 4, 3), "BatchNorm2d", (1, 2, 4, 4), False),
    ("Conv1d", (2, 4, 3, 1, 0, 1, 2, False), "BatchNorm1d", (1, 2, 4), False),
    ("ConvTranspose2d", (2, 4, 3), "BatchNorm2d", (1, 2, 4, 4), True),
    ("Linear", (2, 4), "BatchNorm1d", (3, 2), False),
    ("Linear", (2, 4, False), "BatchNorm1d", (3, 2), False),
]


@pytest.mark.parametrize("case", FUSED, ids=str)
def test_fused_with_normalisation(case: Any) -> None:
    name, args, norm, shape, transpose = case
    results = []
    for lib, pkg in ((autograd, nn), (torch, torch.nn)):
        lib.manual_seed(0)
        layer, bn = getattr(pkg, name)(*args).double(), getattr(pkg, norm)(4).double()
        bn(layer(lib.randn(*(5, *shape[1:]), dtype=lib.float64)))
        with lib.no_grad():
            bn.weight.uniform_()
            bn.bias.uniform_()
        with pytest.raises(AssertionError, match="Fusion only for eval"):
            pkg.utils.fusion.fuse_conv_bn_eval(layer, bn)
        layer.eval(), bn.eval()
        if name == "Linear":
            fused = pkg.utils.fuse_linear_bn_eval(layer, bn)
        else:
            fused = pkg.utils.fuse_conv_bn_eval(layer, bn, transpose)
        x = lib.randn(*shape, dtype=lib.float64)
        np.testing.assert_allclose(plain(fused(x)), plain(bn(layer(x))), rtol=1e-10)
        assert layer.weight is not fused.weight
        assert fused.weight.requires_grad
        results.append(fused(x).detach())
    same(*results)


ORTHOGONAL: list[tuple[tuple[int, int], dict[str, Any]]] = [
    (shape, {"orthogonal_map": name, "use_trivialization": start})
    for shape in ((3, 3), (5, 2), (2, 5))
    for name in ("matrix_exp", "cayley", "householder", None)
    for start in (True, False)
]


@pytest.mark.parametrize("case", ORTHOGONAL, ids=str)
def test_orthogonal_weights(case: Any) -> None:
    (rows, columns), settings = case
    results = []
    for lib, pkg in ((autograd, nn), (torch, torch.nn)):
        lib.manual_seed(0)
        layer = pkg.Linear(columns, rows).double()
        assert pkg.utils.parametrizations.orthogonal(layer, **settings) is layer
        optimizer = (nn.optim if pkg is nn else torch.optim).SGD(layer.parameters(), lr=0.1)
        path = [layer.weight.detach()]
        for _ in range(3):
            optimizer.zero_grad()
            layer(lib.ones(1, columns, dtype=lib.float64)).pow(2).sum().backward()
            optimizer.step()
            path.append(layer.weight.detach())
        w = path[-1].T if rows < columns else path[-1]
        np.testing.assert_allclose(plain(w.T @ w), np.eye(min(rows, columns)), atol=1e-12)
        results.append([*path, *layer.state_dict().values()])
        assigned = error(lambda layer=layer, w=path[0]: setattr(layer, "weight", w))  # type: ignore[misc]  # a lambda's defaults
        results[-1].append(layer.weight.detach())
        results[-1].append(comparable(assigned))
        results[-1].append(list(layer.state_dict()))
    *ours, error_here, names = results[0]
    *theirs, error_there, wanted = results[1]
    assert (error_here, names) == (error_there, wanted)
    for a, b in zip(ours, theirs, strict=True):
        same(a, b, 1e-8, 1e-9)


@SIDES
def test_refused_orthogonal_weights(lib: Any, pkg: Any) -> None:
    orthogonal = pkg.utils.parametrizations.orthogonal
    with pytest.raises(ValueError, match="has no parameter or buffer"):
        orthogonal(pkg.Linear(1, 1), "kernel")
    with pytest.raises(ValueError, match="Expected a matrix or batch"):
        orthogonal(pkg.Linear(1, 1), "bias")
    with pytest.raises(ValueError, match="orthogonal_map has to be one of"):
        orthogonal(pkg.Linear(1, 1), orthogonal_map="qr")
    layer = orthogonal(pkg.Linear(2, 2))
    with pytest.raises(ValueError, match="Expected a matrix or batch of matrices of shape"):
        layer.weight = lib.ones(3, 2)


def test_names_of_packages_that_torch_has() -> None:
    assert autograd.nn is nn
    assert autograd.optim is nn.optim
    assert autograd.utils.data is nn.data
    assert autograd.func.functional_call is nn.utils.stateless.functional_call


def test_memory_is_shared_anyhow() -> None:
    model = nn.Linear(1, 1)
    assert model.share_memory() is model


def test_what_needs_another_machine_says_so() -> None:
    with pytest.raises(RuntimeError, match="no device 'cuda'"):
        nn.Linear(1, 1).cuda()
    with pytest.raises(RuntimeError, match="no device 'cuda:1'"):
        autograd.ones(1).cuda(1)
    with pytest.raises(RuntimeError, match="no device 'mps'"):
        autograd.set_default_device("mps")
    with pytest.raises(TypeError, match="no dtype bfloat16"):
        nn.Linear(1, 1).bfloat16()
    with pytest.warns(UserWarning, match="autocast is disabled"):
        autograd.autocast("cpu")
    with pytest.warns(UserWarning, match="GradScaler is disabled"):
        autograd.amp.GradScaler()
    with pytest.raises(NotImplementedError, match="is_grads_batched"):
        autograd.grad(autograd.ones(1), autograd.ones(1), is_grads_batched=True)
    with pytest.raises(TypeError, match="FloatTensor takes numbers"):
        autograd.FloatTensor(autograd.ones(2, dtype=autograd.float64))
