"""Special values of linear algebra: singular matrices, repeated values, zeros, nan."""

from tests.special_values.build import NAN, case

SINGULAR = [[1.0, 2.0], [2.0, 4.0]]
ZERO = [[0.0, 0.0], [0.0, 0.0]]
RANK_TWO = [[0.0, 2.0, 0.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]]
RANK_ONE = [[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
SWAP = [[0.0, 1.0], [1.0, 0.0]]
EYE = [[1.0, 0.0], [0.0, 1.0]]
NANS = [[NAN, 1.0], [1.0, 2.0]]

PERTURBED = "torch divides by a pivot that it moves away from zero, this has the cofactors"
SIGNED = "torch gives a zero determinant the sign of the swaps"
PIVOTS = "a nan is passed over here where a pivot is sought, in torch it is one"
case(
    "det of one singular",
    lambda f, x: f.det(x),
    SINGULAR,
    unlike={"gradient": PERTURBED, "sign": SIGNED},
)
case("det of zeros", lambda f, x: f.det(x), ZERO)
case("det of rank two", lambda f, x: f.det(x), RANK_TWO, unlike={"gradient": PERTURBED})
case("det of rank one", lambda f, x: f.det(x), RANK_ONE, unlike={"sign": SIGNED})
case("det of a swap", lambda f, x: f.det(x), SWAP, second=True)
case("det of nan", lambda f, x: f.det(x), NANS)
case("slogdet of singular", lambda f, x: f.slogdet(x), SINGULAR, unlike={"sign": SIGNED})
case("slogdet of a swap", lambda f, x: f.slogdet(x), SWAP, second=True)
case("logdet of singular", lambda f, x: f.logdet(x), SINGULAR)
case("logdet of a negative det", lambda f, x: f.logdet(x), SWAP)

case("inv_ex of singular", lambda f, x: f.linalg.inv_ex(x)[1] * x, SINGULAR)
case("inv of nan", lambda f, x: f.linalg.inv(x), NANS, unlike={"value": PIVOTS, "sign": PIVOTS})
case("solve_triangular by 0", lambda f, x: f.linalg.solve_triangular(x, x, upper=True), SWAP)
case("cholesky_ex not positive", lambda f, x: f.linalg.cholesky_ex(x)[1] * x, SWAP)
case("lu of singular", lambda f, x: f.linalg.lu_factor_ex(x)[2] * x, SINGULAR)

case("svdvals of zeros", lambda f, x: f.linalg.svdvals(x), ZERO)
case("svdvals of equal ones", lambda f, x: f.linalg.svdvals(x).sum(), EYE)
case("svdvals squared, equal", lambda f, x: (f.linalg.svdvals(x) ** 2).sum(), EYE)
case("singular vectors of equal values", lambda f, x: f.linalg.svd(x)[0] ** 2, EYE)
case("eigvalsh of equal ones", lambda f, x: f.linalg.eigvalsh(x).sum(), EYE)
case("eigenvectors of equal values", lambda f, x: f.linalg.eigh(x)[1] ** 2, EYE)
case("eigenvectors", lambda f, x: f.linalg.eigh(x)[1] ** 2, [[1.0, 1.0], [1.0, 3.0]])

case("pinv of singular", lambda f, x: f.linalg.pinv(x), SINGULAR, second=True)
case("pinv of rank one", lambda f, x: f.linalg.pinv(x), RANK_ONE)
case("pinv of zeros", lambda f, x: f.linalg.pinv(x), ZERO)
case("matrix_rank", lambda f, x: f.linalg.matrix_rank(x) * x, RANK_ONE)
case("cond of singular", lambda f, x: f.linalg.cond(x), ZERO)
case("matrix_exp of zeros", lambda f, x: f.matrix_exp(x), ZERO, second=True)
case("matrix_exp beyond the largest", lambda f, x: f.matrix_exp(x), [[1000.0, 0.0], [0.0, 1000.0]])
case("matrix_exp of nan", lambda f, x: f.matrix_exp(x), NANS)
case("matrix_power 0 of nan", lambda f, x: f.matrix_power(x, 0), NANS)
case("matrix_power of a swap", lambda f, x: f.matrix_power(x, -3), SWAP, second=True)
