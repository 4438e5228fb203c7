"""What torch's database of operators holds that this library leaves out, each with its reason.

These tables may only shrink: a test fails where an entry is no longer needed.
"""

from __future__ import annotations

from typing import NamedTuple

ONLY_TORCHS: dict[str, str] = {
    r"fft\..*|.*stft": "Fourier transforms are not part of this library",
    r"signal\.windows\..*": "windows that signals are cut with go with Fourier transforms",
    r".*complex.*|cfloat|cdouble|chalf|polar|real|imag|angle|conj.*|resolve_.*": "complex",
    r"view_as_real": "its input is complex",
    r"linalg\.eig|linalg\.eigvals": "eigenvalues without symmetry are complex numbers",
    r"sparse\..*|to_sparse": "sparse tensors are not part of this library",
    r"masked\..*": "a prototype namespace of torch's; write where(mask, x, 0).sum() and the like",
    r"bfloat16": "NumPy has no bfloat16",
    r"jiterator_.*": "programs for a GPU, written at run time",
    r"torch\..*": "torch's kernels for attention and scaled products on a GPU",
    r"_unsafe_masked_index.*": "torch's inner parts of compiled indexing",
    r"hash_tensor": "its result is of uint64, which no tensor here can have",
    r"_segment_reduce": "torch's inner name of a reduction over segments; write scatter_reduce",
    r"_chunk_cat": "torch's inner name of a step of distributed training",
    r"native_.*|_native.*|_batch_norm_with_update": "torch's inner names of normalisation, dropout",
    r"_softmax_backward_data": "torch's inner name of the derivative of softmax",
    r"max_pool2d_with_indices_backward": "torch's inner name of the derivative of max_pool2d",
    r"slice": "torch's inner name of x[start:end:step]",
    r"_upsample_bilinear2d_aa": "torch's inner name of interpolate(..., antialias=True)",
}
"""Patterns of whole names, and why these operators are not here."""


class Gap(NamedTuple):
    """Samples of an operator on which this library is not like torch: why, and which.

    ``where``: a pattern found in the sample's description; ``orders``: what differs there.
    """

    why: str
    where: str = ""
    orders: tuple[str, ...] = ("value", "gradient", "second order")


_BESSEL = "torch's Bessel functions J and Y have seven digits between 5 and 10, SciPy's all"

GAPS: dict[str, tuple[Gap, ...]] = {
    "as_strided_scatter": (
        Gap(
            "torch gives the input its gradient where the source was written, not elsewhere",
            orders=("gradient", "second order"),
        ),
    ),
    "special.bessel_j0": (Gap(_BESSEL, r"float64\[20\]", ("value",)),),
    "special.bessel_j1": (Gap(_BESSEL, r"float64\[20\]", ("value",)),),
    "special.bessel_y1": (Gap(_BESSEL, r"float64\[20\]", ("value",)),),
    "nn.functional.linear_cross_entropy.chunked": (
        Gap("torch's saving of memory leaves zeros for the second order", orders=("second order",)),
    ),
}
