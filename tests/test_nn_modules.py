"""Every module of the table, held against torch's module of the same name."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.both import outcome, plain, same, tensors
from tests.module_rows.build import Row
from tests.module_table import MODULES
from tests.oracle import torch
from tests.recurrent_table import ATTENTION, RECURRENT
from tests.samples.calls import gradients, weights

each = pytest.mark.parametrize("row", MODULES, ids=str)
CONTAINERS = {
    "DataParallel", "Module", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList",
    "RNNBase", "RNNCellBase", "Sequential",
}  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
BOTH = ((autograd, nn), (torch, torch.nn))


def pair(row: Row) -> tuple[Any, Any]:
    """Our module and torch's, in float64, with the same parameters and buffers, by state dict."""
    ours, theirs = (row.make(library, package).double() for library, package in BOTH)
    rng = np.random.default_rng(1)
    state = {}
    for name, value in ours.state_dict().items():
        drawn = rng.uniform(0.5, 1.5, value.shape)
        if "running" not in name:
            drawn *= rng.choice([-1.0, 1.0], value.shape)
        state[name] = drawn if value.is_floating_point() else plain(value).copy()
    for library, module in ((autograd, ours), (torch, theirs)):
        module.load_state_dict({name: library.from_numpy(value) for name, value in state.items()})
    return ours, theirs


def run(module: Any, library: Any, row: Row) -> tuple[list[Any], list[Any]]:
    """The outputs, and the inputs and parameters that they depend on."""
    inputs, leaves = row.tensors(library)
    library.manual_seed(3)
    output = module(*inputs)
    wanted = [*leaves, *(p for p in module.parameters() if p.requires_grad)]
    return tensors(output), wanted


def first_order(library: Any, outputs: list[Any], wanted: list[Any], **options: Any) -> Any:
    """The gradients of the outputs, weighted so that each entry counts differently."""
    given = [library.from_numpy(weight.copy()) for weight in weights(outputs, 1)]
    return gradients(library, outputs, wanted, given, **options)


def same_state(ours: Any, theirs: Any) -> None:
    mine, other = ours.state_dict(), theirs.state_dict()
    assert list(mine) == list(other)
    for name in mine:
        same(mine[name], other[name])


def test_every_module_has_a_row() -> None:
    exported = {
        name
        for name in nn.__all__
        if isinstance(getattr(nn, name), type) and issubclass(getattr(nn, name), nn.Module)
    }
    assert exported - CONTAINERS == {row.name for row in (*MODULES, *RECURRENT, *ATTENTION)}


@each
def test_output_and_gradients(row: Row) -> None:
    ours, theirs = pair(row)
    (y, wanted), (t, others) = run(ours, autograd, row), run(theirs, torch, row)
    assert len(y) == len(t)
    for a, b in zip(y, t, strict=True):
        same(a, b)
    found = first_order(autograd, y, wanted)
    for a, b in zip(found, first_order(torch, t, others), strict=True):
        same(a, b, 1e-7 if row.rough else 1e-10)
    same_state(ours, theirs)


def second_order(module: Any, library: Any, row: Row) -> list[Any]:
    """The gradients of the sum of the squares of the gradients."""
    outputs, wanted = run(module, library, row)
    first = first_order(library, outputs, wanted, create_graph=True)
    total = sum((g * g).sum() for g in first if g.requires_grad)
    if isinstance(total, library.Tensor):
        return list(library.autograd.grad(total, wanted, materialize_grads=True))
    # Linear in all its inputs; torch records zeros in places.
    return [library.zeros_like(each) for each in wanted]


@each
def test_second_order(row: Row) -> None:
    ours, theirs = pair(row)
    if not row.second:
        with pytest.raises(RuntimeError, match=r"not implemented|automatic differentiation"):
            second_order(theirs, torch, row)
        found = outcome(lambda: second_order(ours, autograd, row))
        refused = isinstance(found, NotImplementedError)
        assert refused or all(np.isfinite(plain(each)).all() for each in found)
        return
    found = second_order(ours, autograd, row)
    for mine, other in zip(found, second_order(theirs, torch, row), strict=True):
        same(mine, other, 1e-9, 1e-11)


@each
def test_training_then_evaluation(row: Row) -> None:
    if not row.training:
        pytest.skip("the row is one of evaluation")
    ours, theirs = pair(row)
    for training in (True, True, False):
        results = []
        for module, library in ((ours, autograd), (theirs, torch)):
            assert module.train(training) is module
            results.append(run(module, library, row)[0])
        for a, b in zip(*results, strict=True):
            same(a.detach(), b.detach())
        same_state(ours, theirs)


@each
def test_state_dict_and_text(row: Row) -> None:
    ours, theirs = (row.make(library, package) for library, package in BOTH)
    assert repr(ours) == repr(theirs)
    assert ours.training is theirs.training
    mine, other = ours.state_dict(), theirs.state_dict()
    assert list(mine) == list(other)
    for name in mine:
        assert mine[name].shape == tuple(other[name].shape)
        assert str(mine[name].dtype) == str(other[name].dtype).removeprefix("torch.")


@each
def test_attributes(row: Row) -> None:
    ours, theirs = (row.make(library, package) for library, package in BOTH)
    for name, value in vars(theirs).items():
        if not name.startswith("_") and not isinstance(value, (torch.Tensor, torch.nn.Module)):
            found = getattr(ours, name)
            assert type(found) is type(value), name
            assert found == value, name


@each
def test_copies(row: Row) -> None:
    ours = pair(row)[0]
    for copied in (copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        assert repr(copied) == repr(ours)
        for a, b in zip(run(ours, autograd, row)[0], run(copied, autograd, row)[0], strict=True):
            np.testing.assert_array_equal(plain(a), plain(b))
        ours, copied = copied, ours


def test_every_constructor_has_torchs_arguments() -> None:
    for name in sorted({row.name for row in MODULES}):
        ours, theirs = (
            [
                (each.name, each.kind, each.default)
                for each in inspect.signature(getattr(package, name)).parameters.values()
            ]
            for package in (nn, torch.nn)
        )
        if [each[0] for each in theirs] != ["args", "kwargs"]:
            assert ours == theirs, name


@each
def test_same_seed_same_parameters(row: Row) -> None:
    for dtype in ("float32", "float64", "float16"):
        made = []
        for library, package in BOTH:
            library.manual_seed(5)
            library.set_default_dtype(getattr(library, dtype))
            try:
                made.append(row.make(library, package))
            finally:
                library.set_default_dtype(library.float32)
        for p, q in zip(*(module.parameters() for module in made), strict=True):
            assert p.requires_grad is q.requires_grad
            np.testing.assert_array_equal(plain(p), plain(q), strict=True)


def test_a_net_of_several_layers_is_seeded_as_torch_does() -> None:
    nets = []
    for library, package in ((autograd, nn), (torch, torch.nn)):
        library.manual_seed(0)
        net = package.Sequential(
            package.Linear(784, 128), package.ReLU(), package.Linear(128, 10, bias=False)
        )
        nets.append(net)
    for p, q in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        np.testing.assert_array_equal(plain(p), plain(q), strict=True)


def test_linear_of_nothing() -> None:
    for package in (nn, torch.nn):
        with pytest.warns(UserWarning, match="zero-element"):
            layer = package.Linear(0, 3)
        assert plain(layer.bias).tolist() == [0.0, 0.0, 0.0]


def test_linear_takes_a_dtype_and_a_device() -> None:
    layer = nn.Linear(2, 3, device="cpu", dtype=autograd.float64)
    assert layer.weight.dtype == autograd.float64
    with pytest.raises(RuntimeError, match="no device 'cuda'"):
        nn.Linear(2, 3, device="cuda")


@pytest.mark.parametrize("package", [nn, torch.nn], ids=["ours", "torch"])
def test_relu_in_place(package: Any) -> None:
    library = autograd if package is nn else torch
    x = library.tensor([-1.0, 2.0])
    assert package.ReLU(inplace=True)(x) is x
    assert x.tolist() == [0.0, 2.0]
    assert repr(package.ReLU(inplace=True)) == "ReLU(inplace=True)"
    leaf = library.tensor([-1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        package.ReLU(inplace=True)(leaf)
    y = package.functional.relu(leaf * 2, inplace=True)
    y.sum().backward()
    assert leaf.grad.tolist() == [0.0, 2.0]


@pytest.mark.parametrize("package", [nn, torch.nn], ids=["ours", "torch"])
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss"])
def test_losses_of_other_sizes_and_reductions(package: Any, name: str) -> None:
    library = autograd if package is nn else torch
    loss = getattr(package.functional, name)
    x, t = library.ones(3, 1), library.zeros(3)
    with pytest.warns(UserWarning, match="Using a target size") as record:
        assert tuple(loss(x, t, reduction="none").shape) == (3, 3)
    if package is nn:
        assert record[0].filename == __file__
    with pytest.raises(ValueError, match="is not a valid value for reduction"):
        loss(x, x, reduction="median")


def test_linear_says_why_not() -> None:
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        nn.Linear(3, 2)(autograd.ones(5, 4))
    with pytest.raises(RuntimeError, match="same dtype"):
        nn.Linear(3, 2)(autograd.ones(5, 3, dtype=autograd.float64))


def test_cross_map_lrn_of_many_channels() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (2, 9, 2, 3))
    for arguments in ((3,), (5, 0.1, 0.5, 2.0), (4, 0.3)):
        ours = nn.CrossMapLRN2d(*arguments)(autograd.from_numpy(x))
        same(ours, torch.nn.CrossMapLRN2d(*arguments)(torch.from_numpy(x)))
        leaf = autograd.from_numpy(x[:1, :, :1, :1].copy()).requires_grad_()
        assert autograd.gradcheck(nn.CrossMapLRN2d(*arguments), leaf)
    with pytest.raises(ValueError, match="Expected input to be 4D, got 3D"):
        nn.CrossMapLRN2d(3)(autograd.ones(1, 2, 3))


LISTS: list[tuple[str, tuple[Any, ...]]] = [
    ("prelu", ([1.0], [0.5])),
    ("kl_div", ([1.0], [0.5])),
    ("ctc_loss", ([1.0], [1], [1], [1])),
    ("cosine_embedding_loss", ([1.0], [1.0], [1.0])),
    ("triplet_margin_loss", ([1.0], [1.0], [1.0])),
    ("multilabel_soft_margin_loss", ([1.0], [1.0])),
    ("cross_entropy", ([1.0], [1.0])),
]


@pytest.mark.parametrize(("name", "args"), LISTS)
def test_what_is_no_tensor_is_a_type_error(name: str, args: Any) -> None:
    with pytest.raises((TypeError, AttributeError)):  # torch asks for an attribute in places
        getattr(torch.nn.functional, name)(*args)
    with pytest.raises(TypeError, match=r"must be Tensor, not list; write autograd\.tensor"):
        getattr(nn.functional, name)(*args)


def test_a_flag_is_no_size() -> None:
    for package, library in ((nn, autograd), (torch.nn, torch)):
        with pytest.raises(TypeError):
            package.Linear(4, True)
        with pytest.raises(TypeError):
            library.zeros(True)
