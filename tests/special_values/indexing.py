"""Special values of indexing: ties, places named twice, nan in the order, empty bags."""

from tests.special_values.build import INF, NAN, case

TIES = [2.0, 2.0, 1.0, 2.0]
NANS = [1.0, NAN, 2.0, NAN, -INF, INF]
ZEROS = [[0.0, -0.0, 0.0], [-0.0, 0.0, -0.0]]

for _name, _values in (("ties", TIES), ("nan", NANS), ("zeros", ZEROS)):
    for _down in (False, True):
        case(
            f"sort, {_name}, descending={_down}",
            lambda f, x, down=_down: f.sort(x, -1, down)[0],
            _values,
        )
        case(
            f"argsort, {_name}, descending={_down}",
            lambda f, x, down=_down: f.argsort(x, -1, down),
            _values,
        )
    case(f"msort, {_name}", lambda f, x: f.msort(x), _values)
    case(f"unique, {_name}", lambda f, x: f.unique(x.detach()), _values)
    case(f"unique_consecutive, {_name}", lambda f, x: f.unique_consecutive(x.detach()), _values)
    case(f"nonzero, {_name}", lambda f, x: f.nonzero(x), _values)
case("topk, nan", lambda f, x: f.topk(x, 3)[0][2:], NANS)
case("topk smallest, nan", lambda f, x: f.topk(x, 4, largest=False)[0], NANS)
for _k in (1, 2, 4):
    case(f"kthvalue {_k}, nan", lambda f, x, k=_k: f.kthvalue(x, k)[0], NANS)

DIVIDES = "torch divides the product by the input, which loses what is known beside inf and nan"
UNLIKE_TORCH = {
    "prod True nan": DIVIDES,
    "prod False nan": DIVIDES,
    "prod True infinities": DIVIDES,
    "prod False infinities": DIVIDES,
}
LEFT = [1.0, 2.0, 3.0]
for _reduce in ("sum", "mean", "prod", "amax", "amin"):
    for _include in (True, False):
        for _name, _base, _given in (
            ("ties", LEFT, [1.0, 1.0, 2.0, 2.0]),
            ("nan", [1.0, NAN, 3.0], [NAN, 1.0, 2.0, 5.0]),
            ("infinities", [INF, 1.0, -INF], [-INF, 2.0, INF, 1.0]),
            ("zeros", [2.0, 0.0, 1.0], [0.0, 3.0, 5.0, 0.0]),
            ("two zeros", LEFT, [0.0, 0.0, 5.0, 0.0]),
        ):
            _known = UNLIKE_TORCH.get(f"{_reduce} {_include} {_name}")
            case(
                f"scatter_reduce {_reduce}, include_self={_include}, {_name}",
                lambda f, x, y, reduce=_reduce, include=_include: f.scatter_reduce(
                    x, 0, f.tensor([0, 0, 1, 1]), y, reduce, include_self=include
                ),
                _base,
                _given,
                unlike={"gradient": _known} if _known else None,
            )

TWICE = [1.0, 2.0, 3.0, 4.0]
case(
    "scatter, one place twice",
    lambda f, x, y: f.scatter(x, 0, f.tensor([0, 0, 1, 0]), y),
    LEFT,
    TWICE,
    second=True,
)
case(
    "index_copy, one place twice",
    lambda f, x, y: f.index_copy(x, 0, f.tensor([0, 0, 1, 0]), y),
    LEFT,
    TWICE,
)
case(
    "index_put, one place twice",
    lambda f, x, y: f.index_put(x, (f.tensor([0, 0, 1, 0]),), y),
    LEFT,
    TWICE,
)
case("put, one place twice", lambda f, x, y: f.put(x, f.tensor([0, 0, 1, -3]), y), LEFT, TWICE)
case(
    "index_fill, one place twice",
    lambda f, x, y: f.index_fill(x, 0, f.tensor([0, 0, 1]), y[0]),
    LEFT,
    TWICE,
)
case("masked_fill hides nan", lambda f, x: f.masked_fill(1 / x, x == 0, 5.0), [0.0, 2.0])
case("masked_fill with inf", lambda f, x: f.masked_fill(x, x > 1, -INF).exp(), LEFT)
case("masked_select of nan", lambda f, x: f.masked_select(x, x == x) ** 2, NANS)
case("gather of inf", lambda f, x: f.gather(x, 0, f.tensor([1, 5, 5])) * 0, NANS)
case(
    "embedding_bag max, ties",
    lambda f, x: f.F.embedding_bag(f.tensor([0, 1, 2]), x, f.tensor([0, 0, 2]), mode="max"),
    [[1.0, 2.0], [1.0, 3.0], [0.0, -INF]],
)
case(
    "embedding_bag mean, empty bags",
    lambda f, x: f.F.embedding_bag(f.tensor([0, 1]), x, f.tensor([0, 0, 2])),
    [[1.0, INF], [1.0, NAN]],
)
