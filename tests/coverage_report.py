"""The table of operators: what we have, the orders of derivative held, and what torch has more.

``python -m tests.coverage_report [REGEX]`` runs the samples of every operator whose name matches,
ours and torch's own, and prints a line for each; then, by namespace, how many of torch's functions
on dense real tensors there are here, and the names of the others. It takes some minutes.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import autograd
import nn
from tests.op_db import ORDERS, entries, failures
from tests.oracle import torch
from tests.samples import ROWS
from tests.test_operators import test_gradient, test_second_order, test_value

CHECKS: tuple[Callable[..., None], ...] = (test_value, test_gradient, test_second_order)

OF_ANOTHER_KIND = {
    "sparse, quantised and other storage": r".*(quant|fbgemm|sparse|q_per|q_scale|q_zero|int_repr"
    r"|crow|ccol|coalesce|_indices|row_indices|col_indices|mkldnn|hspmm|smm$|spmm|sspaddmm|_nnz"
    r"|values_copy|dense_dim|fake_|fused_moving|nested|slice_inverse).*|indices|values|indices_copy",
    "complex numbers": r".*(complex|conj|cfloat|cdouble|chalf|^real$|^imag|polar|resolve_|_neg$"
    r"|^angle|is_neg).*",
    "Fourier transforms": r".*(fft|stft).*",
    "devices, memory and compilers": r".*(cuda|miopen|cudnn|xpu|mtia|hpu|vulkan|maia|ipu|xla|mps"
    r"|pin_|is_pinned|storage|data_ptr|sym_|dlpack|share|is_set_to|record_stream|stride|element_size"
    r"|layout|dim_order|autocast|get_device|device|^to$|^cpu|^meta|is_meta|refine_names|names"
    r"|align_|rename|is_distributed|is_coalesced|^has_names|^apply_|^map|reinforce|^module_load"
    r"|solidify|vmap|_dirichlet|itemsize|nbytes|ndimension|dtype|^type$|volatile|grad_dtype|layout"
    r"|is_cpu|share_memory|is_inference|bfloat16|_version|_cdata|_base|output_nr).*",
    "parts of other functions": r".*(_backward|native_|norm_except|_stats|_elemt|_reduce$|_cell$"
    r"|batch_norm_gather|affine_grid_generator|grid_sampler|frobenius_norm$|nuclear_norm$"
    r"|_with_indices|batch_norm_update).*|lstm|gru|rnn_relu|rnn_tanh|convolution|_.*|hash_tensor",
}
"""What torch's list of functions holds beside operators on dense real tensors."""

NAMESPACES: dict[str, tuple[Any, Any]] = {
    "torch": (torch, autograd),
    "torch.Tensor": (torch.Tensor, autograd.Tensor),
    "torch.linalg": (torch.linalg, autograd.linalg),
    "torch.special": (torch.special, autograd.special),
    "torch.nn.functional": (torch.nn.functional, nn.functional),
}


def torchs() -> dict[str, set[str]]:
    """torch's public functions on dense real tensors, by namespace, as torch lists them."""
    found: dict[str, set[str]] = {space: set() for space in NAMESPACES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        listed = torch.overrides.get_overridable_functions()
        names = {torch.overrides.resolve_name(each) for every in listed.values() for each in every}
    for name in filter(None, names):
        space, _, last = name.removesuffix(".__get__").rpartition(".")
        space = space.replace("torch.functional", "torch")
        known = space in found and not last.startswith("_")
        if known and not any(re.fullmatch(each, last) for each in OF_ANOTHER_KIND.values()):
            found[space].add(last)
    return found


def held(name: str) -> tuple[str, ...]:
    """For each order, whether our samples of an operator give torch's numbers."""
    row = ROWS[name]
    marks = []
    for check in CHECKS:
        given = [sample for sample in row.samples if not sample.unlike]
        if check is not test_value:
            given = [each for each in given if row.grad and each.floats() and not each.only_here]
        marks.append(_mark([_passes(check, name, sample) for sample in given]))
    return tuple(marks)


def _passes(check: Callable[..., None], name: str, sample: Any) -> bool:
    try:
        check(name, sample)
    except Exception:
        return False
    return True


def _mark(passed: list[bool]) -> str:
    return "-" if not passed else "ok" if all(passed) else f"{sum(passed)}/{len(passed)}"


def of_the_database(pattern: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each order, what of torch's own samples gives torch's numbers."""
    for entry in entries(pattern):
        if entry.ours is not None:
            wrong = [order for order, _, _ in failures(entry)]
            yield (
                entry.key,
                tuple(f"{wrong.count(o)} differ" if o in wrong else "ok" for o in ORDERS),
            )


def main(pattern: str = "") -> None:
    """Print the table and the counts."""
    print(f"{'operator':42}{'value':>10}{'first':>10}{'second':>10}   (our samples)")
    for name in sorted(ROWS):
        if re.search(pattern, name) and name == ROWS[name].names[0]:
            print(f"{name:42}" + "".join(f"{mark:>10}" for mark in held(name)), flush=True)
    print(f"\n{'operator':42}{'value':>10}{'first':>10}{'second':>10}   (torch's samples)")
    for key, marks in of_the_database(pattern):
        print(f"{key:42}" + "".join(f"{mark:>10}" for mark in marks), flush=True)
    print()
    for space, names in torchs().items():
        ours = NAMESPACES[space][1]
        lacking = sorted(name for name in names if not hasattr(ours, name))
        print(
            f"{space}: {len(names) - len(lacking)} of {len(names)}; not here: {' '.join(lacking)}"
        )


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main(*sys.argv[1:2])
