"""States of modules: hooks around them, parts of one's own, extra state; scenes as in torch."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import autograd
import nn
from tests.scenes import Scene, error, same_scene

SCENES: list[Scene] = []


def scene(function: Scene) -> Scene:
    SCENES.append(function)
    return function


def net(lib: Any, pkg: Any) -> Any:
    lib.manual_seed(0)
    return pkg.Sequential(
        pkg.Linear(2, 2), pkg.Sequential(pkg.BatchNorm1d(2), pkg.Linear(2, 1, bias=False))
    )


@scene
def hooks_around_saving(lib: Any, pkg: Any) -> Any:
    m, seen = net(lib, pkg), []
    m.register_state_dict_pre_hook(lambda m, prefix, keep: seen.append((prefix, keep)))
    m[1].register_state_dict_pre_hook(lambda m, prefix, keep: seen.append((prefix, keep)))
    handle = m[1].register_state_dict_post_hook(
        lambda m, state, prefix, meta: seen.append((type(m).__name__, list(state), prefix, meta))
    )
    out = [list(m.state_dict()), list(m.state_dict(prefix="p.", keep_vars=True))]
    handle.remove()
    m._register_state_dict_hook(lambda m, state, prefix, meta: {"all": len(state)})
    out += [dict(m.state_dict()), list(m.state_dict(destination={}, prefix="q.")), seen]
    m.register_state_dict_post_hook(lambda *args: 3)
    return [*out, error(m.state_dict)]


@scene
def hooks_around_loading(lib: Any, pkg: Any) -> Any:
    m, seen, done = net(lib, pkg), [], []
    state = m.state_dict()
    state["0.kernel"] = state.pop("0.weight") * 2

    def renamed(module: Any, state: Any, prefix: Any, meta: Any, strict: Any, *lists: Any) -> None:
        seen.append((type(module).__name__, list(state), prefix, dict(meta), strict, lists))
        if prefix + "kernel" in state:
            state[prefix + "weight"] = state.pop(prefix + "kernel")

    m[0].register_load_state_dict_pre_hook(renamed)
    m[1]._register_load_state_dict_pre_hook(lambda state, prefix, *_: seen.append(prefix))
    m[1]._register_load_state_dict_pre_hook(
        lambda m, state, *_: seen.append(type(m).__name__), True
    )
    for name, each in (("top", m), ("0", m[0]), ("1", m[1]), ("1.1", m[1][1])):
        each.register_load_state_dict_post_hook(lambda m, keys, name=name: done.append(name))
    out = [error(lambda: m.load_state_dict(state)), m[0].weight, m[1][1].weight]
    out += m.load_state_dict(state, strict=False)
    return [*out, seen, done]


@scene
def hooks_that_forgive(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    m.register_load_state_dict_post_hook(lambda m, keys: keys.missing_keys.clear())
    handle = m.register_load_state_dict_post_hook(lambda m, keys: keys.unexpected_keys.clear())
    out = [repr(m.load_state_dict({"0.bias": lib.ones(2), "more": lib.ones(1)})), m[0].bias]
    handle.remove()
    out.append(error(lambda: m.load_state_dict({"more": lib.ones(1)})))
    m.register_load_state_dict_post_hook(lambda m, keys: 3)
    return [*out, error(lambda: m.load_state_dict(m.state_dict()))]


@scene
def extra_state(lib: Any, pkg: Any) -> Any:
    class Counting(pkg.Module):
        def __init__(self) -> None:
            super().__init__()
            self.calls = {"n": 0}
            self.inner = pkg.Linear(1, 1)

        def get_extra_state(self) -> Any:
            return dict(self.calls)

        def set_extra_state(self, state: Any) -> None:
            self.calls = state

    m = pkg.Sequential(Counting(), pkg.Tanh())
    m[0].calls["n"] = 7
    state = m.state_dict()
    other = pkg.Sequential(Counting(), pkg.Tanh())
    out = [list(state), state["0._extra_state"], repr(other.load_state_dict(state)), other[0].calls]
    del state["0._extra_state"]
    out += [
        error(lambda: other.load_state_dict(state)),
        list(m.load_state_dict(state, strict=False)),
    ]
    plain = pkg.Sequential(pkg.Linear(1, 1))
    given = {**plain.state_dict(), "0._extra_state": 1}
    return [
        *out,
        error(lambda: plain.load_state_dict(given)),
        list(plain.load_state_dict(given, strict=False)),
        error(plain.get_extra_state),
        error(lambda: plain.set_extra_state(1)),
    ]


@scene
def parts_of_ones_own(lib: Any, pkg: Any) -> Any:
    class Scaled(pkg.Module):
        _version = 2

        def __init__(self) -> None:
            super().__init__()
            self.weight = pkg.Parameter(lib.ones(2))
            self.seen: list[Any] = []

        def _save_to_state_dict(self, destination: Any, prefix: Any, keep_vars: Any) -> None:
            super()._save_to_state_dict(destination, prefix, keep_vars)
            destination[prefix + "scale"] = lib.tensor(3.0)

        def _load_from_state_dict(self, state: Any, prefix: Any, meta: Any, *rest: Any) -> None:
            self.seen.append((prefix, dict(meta), float(state.pop(prefix + "scale", -1.0))))
            super()._load_from_state_dict(state, prefix, meta, *rest)
            self.seen.append(self.weight.tolist())

    m = pkg.Sequential(Scaled(), pkg.ReLU(), pkg.Sequential(Scaled()))
    state = m.state_dict()
    state["0.weight"] = state["0.weight"] * 5
    out = [list(state), repr(m.load_state_dict(state)), m[0].seen, m[2][0].seen]
    state.pop("0.weight")
    state["0.nothing"] = lib.ones(1)
    out += [list(m.load_state_dict(state, strict=False)), error(lambda: m.load_state_dict(state))]
    out += [repr(m.load_state_dict(dict(m.state_dict()), assign=True)), m[0].seen[-2:]]
    return out


@scene
def a_state_dict_of_ones_own(lib: Any, pkg: Any) -> Any:
    class Wrapped(pkg.Module):
        def __init__(self) -> None:
            super().__init__()
            self.module = pkg.Linear(1, 1, bias=False)

        def state_dict(self, *args: Any, **kwargs: Any) -> Any:
            return self.module.state_dict(*args, **kwargs)

    m = pkg.Sequential(Wrapped(), pkg.Linear(1, 1))
    return list(m.state_dict())


@scene
def versions(lib: Any, pkg: Any) -> Any:
    state = net(lib, pkg).state_dict()
    found = {key: value["version"] for key, value in state._metadata.items()}
    return [found, list(copy.deepcopy(state)._metadata), list(pickle.loads(pickle.dumps(state)))]


@scene
def names_that_only_one_side_has(lib: Any, pkg: Any) -> Any:
    m = net(lib, pkg)
    state = dict(m.state_dict())
    more = {**state, "2.weight": lib.ones(1), "1.0.more": lib.ones(1), "1.5.x": lib.ones(1)}
    less = {key: value for key, value in state.items() if "weight" not in key}
    return [
        [sorted(part) for part in m.load_state_dict({**more, "z": lib.ones(1)}, strict=False)],
        list(m.load_state_dict(less, strict=False)),
        list(m.load_state_dict({}, strict=False)),
        error(lambda: m.load_state_dict(more)),
        error(lambda: m.load_state_dict({**state, "0.bias": 3})),
        error(lambda: m.load_state_dict([])),
    ]


@pytest.mark.parametrize("run", SCENES, ids=lambda run: run.__name__)
def test_scene(run: Scene) -> None:
    same_scene(run)


# -- what torch does not do, or says less well ---------------------------------------------


def test_hooks_are_copied_with_the_module() -> None:
    layer = nn.Linear(1, 1)
    layer.register_state_dict_post_hook(lambda m, state, *_: state.update(more=autograd.ones(1)))
    assert list(copy.deepcopy(layer).state_dict()) == ["weight", "bias", "more"]
    assert nn.Linear(1, 1)._state_hooks is None


def test_a_deep_model_is_loaded_without_recursion() -> None:
    model: nn.Module = nn.Linear(1, 1, bias=False)
    for _ in range(2000):
        model = nn.Sequential(model)
    state = model.state_dict()
    assert list(state) == ["0." * 2000 + "weight"]
    assert repr(model.load_state_dict(state)) == "<All keys matched successfully>"


def test_older_programs_give_the_arguments_by_place() -> None:
    assert list(nn.Linear(1, 1).state_dict({"a": 1}, "p.", False)) == ["a", "p.weight", "p.bias"]


def test_a_hook_is_a_function() -> None:
    for register in (
        "register_state_dict_pre_hook",
        "register_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_load_state_dict_post_hook",
    ):
        with pytest.raises(TypeError, match="a hook is a function"):
            getattr(nn.Identity(), register)(3)
