"""The table of samples: a row for each operator, by family. `build` says how to read it."""

from tests.samples import (  # noqa: F401 - they fill it
    activations,
    arithmetic,
    attention,
    blending,
    classification,
    comparison,
    contraction,
    convolution,
    copies,
    determinants,
    distances,
    dropout,
    elementwise,
    embedding,
    error_functions,
    exponential,
    factorizations,
    folding,
    gathering,
    indexing,
    inplace_views,
    joining,
    logic,
    losses,
    matrix_functions,
    normalization,
    norms,
    padding,
    pooling,
    products,
    pseudoinverse,
    random,
    rearranging,
    reductions,
    resampling,
    rounding,
    scans,
    scattering,
    searching,
    shape,
    slicing,
    softmax,
    solving,
    sorting,
    special,
    spectral,
    splitting,
    statistics,
    triangles,
    trigonometry,
)
from tests.samples.build import TABLE, Row, Sample

ROWS: dict[str, Row] = TABLE.rows
"""The rows by operator name, aliases included."""

CASES: list[tuple[str, Sample]] = [
    (name, sample) for name, row in ROWS.items() for sample in row.samples if name == row.names[0]
]
"""Every operator with every one of its samples; second names are the same functions."""
