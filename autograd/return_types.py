"""The named tuples that functions with several results return (`torch.return_types`).

>>> tensor([[1.0, 5.0], [7.0, 2.0]]).max(1).values
tensor([5., 7.])
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any


def _representation(self: Any) -> str:
    fields = ",\n".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
    return f"autograd.return_types.{type(self).__name__}(\n{fields})"


def _made(name: str, fields: str) -> Any:
    members = {
        "__slots__": (),
        "__module__": __name__,
        "__doc__": f"What ``{name}`` returns: {fields.replace(' ', ', ')}.",
        "__repr__": _representation,
    }
    return type(name, (namedtuple(name, fields),), members)


max = _made("max", "values indices")
min = _made("min", "values indices")
median = _made("median", "values indices")
nanmedian = _made("nanmedian", "values indices")
mode = _made("mode", "values indices")
sort = _made("sort", "values indices")
topk = _made("topk", "values indices")
kthvalue = _made("kthvalue", "values indices")
cummax = _made("cummax", "values indices")
cummin = _made("cummin", "values indices")
histogram = _made("histogram", "hist bin_edges")
histogramdd = _made("histogramdd", "hist bin_edges")
aminmax = _made("aminmax", "min max")
qr = _made("qr", "Q R")
svd = _made("svd", "U S V")
linalg_qr = _made("linalg_qr", "Q R")
linalg_svd = _made("linalg_svd", "U S Vh")
linalg_eigh = _made("linalg_eigh", "eigenvalues eigenvectors")
linalg_slogdet = _made("linalg_slogdet", "sign logabsdet")
slogdet = _made("slogdet", "sign logabsdet")
linalg_lstsq = _made("linalg_lstsq", "solution residuals rank singular_values")
linalg_lu = _made("linalg_lu", "P L U")
linalg_lu_factor = _made("linalg_lu_factor", "LU pivots")
linalg_ldl_factor = _made("linalg_ldl_factor", "LD pivots")
linalg_ldl_factor_ex = _made("linalg_ldl_factor_ex", "LD pivots info")
linalg_lu_factor_ex = _made("linalg_lu_factor_ex", "LU pivots info")
linalg_cholesky_ex = _made("linalg_cholesky_ex", "L info")
linalg_inv_ex = _made("linalg_inv_ex", "inverse info")
linalg_solve_ex = _made("linalg_solve_ex", "result info")
lu_unpack = _made("lu_unpack", "P L U")
geqrf = _made("geqrf", "a tau")
triangular_solve = _made("triangular_solve", "solution cloned_coefficient")
frexp = _made("frexp", "mantissa exponent")
