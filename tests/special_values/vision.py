"""Special values of padding, resampling and grids of places."""

from tests.special_values.build import INF, NAN, case

# Infinities and nan stay where they belong: what is not read has no weight, not 0 * inf.
ROW = [[[1.0, INF, 2.0, NAN, -INF, 0.0, -0.0, 3.0]]]
for _mode in ("reflect", "replicate", "circular", "constant"):
    case(f"pad {_mode}", lambda f, x, mode=_mode: f.F.pad(x, (2, 3), mode=mode), ROW)
WEIGHTLESS = {
    "linear": {"value": "a place on a pixel reads no other; in torch it reads the next, 0 times"},
    "area": {"sign": "the mean of -0.0 alone is -0.0; torch adds it to 0"},
}
for _mode in ("nearest", "nearest-exact", "linear", "area"):
    case(
        f"{_mode} to more",
        lambda f, x, mode=_mode: f.F.interpolate(x, 12, mode=mode),
        ROW,
        unlike=WEIGHTLESS.get(_mode),
    )
    case(f"{_mode} to half", lambda f, x, mode=_mode: f.F.interpolate(x, 4, mode=mode), ROW)

PICTURE = [[[[1.0, 2.0, 4.0, 3.0], [8.0, 16.0, 32.0, 64.0]]]]
# On pixels, half way between them, on the edges of the image and outside of it.
PLACES = [-1.5, -1.0, -0.75, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 3.0]
GRID = [[[[x, y] for x in PLACES] for y in PLACES]]
for _mode in ("bilinear", "nearest", "bicubic"):
    for _outside in ("zeros", "border", "reflection")[: 1 if _mode == "bicubic" else 3]:
        for _align in (True, False):
            case(
                f"{_mode}, {_outside}, {_align}",
                lambda f, x, grid, how=(_mode, _outside, _align): f.F.grid_sample(x, grid, *how),
                PICTURE,
                GRID,
            )
