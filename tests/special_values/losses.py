"""Special values of losses and normalisation: no difference, certainty, overflow, nothing."""

from tests.special_values.build import INF, NAN, case

DIFFERENCES = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, INF, -INF, NAN, 1e200]

for _name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
    case(
        f"F.{_name} of differences",
        lambda f, x, op=_name: getattr(f.F, op)(x, 0 * x.detach().nan_to_num(), reduction="none"),
        DIFFERENCES,
    )
    case(
        f"F.{_name} of nothing",
        lambda f, x, op=_name: getattr(f.F, op)(x, x.detach()),
        [],
    )
case(
    "smooth_l1_loss at its beta",
    lambda f, x: f.F.smooth_l1_loss(x, 0 * x.detach(), reduction="none", beta=0.5),
    [0.5, -0.5, 0.0, 1.0],
    second=True,
)
case(
    "binary_cross_entropy of certainty",
    lambda f, x, t: f.F.binary_cross_entropy(x, t.detach(), reduction="none"),
    [0.0, 1.0, 0.0, 1.0, 0.5, 1e-300],
    [0.0, 1.0, 1.0, 0.0, 0.5, 1.0],
    unlike={"gradient": "torch's least denominator, 1e-12, is a float32"},
)
SCORES = [0.0, 1000.0, -1000.0, 40.0, -40.0, INF, -INF]
case(
    "binary_cross_entropy_with_logits of large scores",
    lambda f, x: (
        f.F.binary_cross_entropy_with_logits(x, 0 * x.detach() + 1, reduction="none"),
        f.F.binary_cross_entropy_with_logits(x, x.detach().sign(), reduction="none"),
    ),
    SCORES[:5],
)
case(
    "multilabel_soft_margin_loss of large scores",
    lambda f, x: f.F.multilabel_soft_margin_loss(x, 0 * x.detach() + 1),
    SCORES[:5],
)
case(
    "soft_margin_loss of large scores",
    lambda f, x: f.F.soft_margin_loss(x, 0 * x.detach() + 1, reduction="none"),
    SCORES[:5],
    unlike={
        "value": "torch overflows to inf where the loss is -x",
        "gradient": "torch overflows to nan where the derivative is -1",
    },
)
ROWS = [
    [1.0, 2.0, 3.0],
    [1000.0, 0.0, -1000.0],
    [-INF, 0.0, -INF],
    [INF, 0.0, 0.0],
    [NAN, 0.0, 0.0],
    [-INF, -INF, -INF],
]
for _target in (0, 1, 2):
    for _name in ("cross_entropy", "nll_loss"):
        case(
            f"{_name} of class {_target}",
            lambda f, x, op=_name, t=_target: getattr(f.F, op)(
                x, f.tensor([t] * len(ROWS)), reduction="none"
            ),
            ROWS,
            unlike={"sign": "0.0 where the class is certain, in torch -0.0"}
            if _name == "cross_entropy" and _target < 2
            else None,
        )
for _name in ("cross_entropy", "nll_loss"):
    case(
        f"{_name} that ignores nan",
        lambda f, x, op=_name: getattr(f.F, op)(x, f.tensor([-100, 1, 1, -100, -100, -100])),
        ROWS,
    )
    case(
        f"{_name} that ignores everything",
        lambda f, x, op=_name: getattr(f.F, op)(x, f.tensor([-100] * len(ROWS))),
        ROWS,
    )
case(
    "kl_div of targets 0",
    lambda f, x, t: f.F.kl_div(x, t.detach(), reduction="none"),
    [-1.0, -INF, 0.0, -1.0],
    [0.0, 0.0, 1.0, INF],
)
case(
    "poisson_nll_loss of small counts",
    lambda f, x, t: f.F.poisson_nll_loss(x, t.detach(), full=True, reduction="none"),
    [0.0, 1.0, 2.0, INF, 3.0],
    [0.0, 1.0, 2.0, 1.0, 0.5],
)
case(
    "gaussian_nll_loss of no variance",
    lambda f, x, v: f.F.gaussian_nll_loss(x, 0 * x.detach(), v, reduction="none"),
    [0.0, 1.0, 2.0],
    [0.0, 1e-9, INF],
)
case(
    "margins at the kink",
    lambda f, x: (
        f.F.hinge_embedding_loss(x, f.tensor([-1, -1, 1, -1]), reduction="none"),
        f.F.margin_ranking_loss(x, 0 * x.detach(), f.ones(4).double(), 1.0, reduction="none"),
        f.F.multi_margin_loss(x.reshape(2, 2), f.tensor([0, 1])),
        f.F.multilabel_margin_loss(x.reshape(2, 2), f.tensor([[0, -1], [1, 0]])),
    ),
    [1.0, 2.0, 1.0, 0.0],
)
EQUAL = [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [INF, 0.0, 0.0], [1e8, 1e8 + 1, 1e8]]
case("layer_norm of equal values", lambda f, x: f.F.layer_norm(x, (3,)), EQUAL[:4])
case("layer_norm without eps", lambda f, x: f.F.layer_norm(x, (3,), eps=0.0), EQUAL[1:4])
case("rms_norm of zeros", lambda f, x: f.F.rms_norm(x, (3,)), EQUAL[:4])
case(
    "batch_norm of equal values",
    lambda f, x: f.F.batch_norm(x.t(), None, None, training=True),
    EQUAL[:4],
)
case("normalize zeros", lambda f, x: f.F.normalize(x, dim=1), EQUAL[:3])
case(
    "cosine_similarity of zeros",
    lambda f, x, y: f.cosine_similarity(x, y),
    EQUAL[:3],
    [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
)
case(
    "pairwise_distance of the same",
    lambda f, x: f.pairwise_distance(x, x.detach(), eps=0.0),
    EQUAL[:3],
)
