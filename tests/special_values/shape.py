"""Special values of the operators that move numbers: they pass as they are, signs of zeros too."""

from tests.special_values.build import INF, NAN, case

MATRIX = [[0.0, -0.0, INF], [-INF, NAN, 1.0], [-1.0, 5e-324, -0.0]]
for _name in ("tril", "triu", "diag", "fliplr", "rot90", "diagonal", "diag_embed"):
    case(_name, lambda f, x, name=_name: getattr(f, name)(x), MATRIX)
case("roll", lambda f, x: f.roll(x, 1, 1), MATRIX)
case("repeat", lambda f, x: x.repeat(2, 1), MATRIX)
case("repeat_interleave", lambda f, x: x.repeat_interleave(2, 0), MATRIX)
case("unfold", lambda f, x: x.unfold(1, 2, 1), MATRIX)
case("overlapping strides", lambda f, x: x.as_strided((4, 4), (1, 1)), MATRIX)
case("kron", lambda f, x: f.kron(x, x), MATRIX)
case("block_diag", lambda f, x: f.block_diag(x, x), MATRIX)
case("fill with nan", lambda f, x: f.fill(x, NAN), MATRIX)
