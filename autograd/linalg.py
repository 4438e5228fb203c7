"""Linear algebra (`torch.linalg`): products, norms, factorisations, solutions.

>>> linalg.multi_dot([ones(2, 3), ones(3, 4), ones(4)])
tensor([12., 12.])
"""

from __future__ import annotations

from autograd.matrices import LinAlgError
from autograd.ops.contraction import (
    linalg_cross as cross,
    linalg_matmul as matmul,
    linalg_vander as vander,
    multi_dot,
    vecdot,
)
from autograd.ops.determinants import det, linalg_slogdet as slogdet
from autograd.ops.factorizations import cholesky_ex, linalg_cholesky as cholesky, linalg_qr as qr
from autograd.ops.ldl import ldl_factor, ldl_factor_ex, ldl_solve
from autograd.ops.lu import linalg_lu as lu, linalg_lu_solve as lu_solve, lu_factor, lu_factor_ex
from autograd.ops.matrix_functions import matrix_exp, matrix_power
from autograd.ops.matrix_norms import cond, linalg_norm as norm, matrix_norm
from autograd.ops.norms import vector_norm
from autograd.ops.pseudoinverse import lstsq, matrix_rank, pinv
from autograd.ops.reflections import householder_product
from autograd.ops.slicing import diagonal_of_matrices as diagonal
from autograd.ops.solving import inv, inv_ex, solve, solve_ex, tensorinv, tensorsolve
from autograd.ops.spectral import eigh, eigvalsh, linalg_svd as svd, svdvals
from autograd.ops.triangular import solve_triangular

__all__ = [
    "LinAlgError",
    "cholesky",
    "cholesky_ex",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "householder_product",
    "inv",
    "inv_ex",
    "ldl_factor",
    "ldl_factor_ex",
    "ldl_solve",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_factor_ex",
    "lu_solve",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_ex",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vander",
    "vecdot",
    "vector_norm",
]
