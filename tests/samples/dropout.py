"""Samples: dropout, the same noise in both libraries."""

from tests.samples.build import A, Array, S, Sample, ints, rough, row, turned

DRAWS = {"random": True, "whole": False}


def in_order(sample: Sample) -> Sample:
    """Without finite differences where the points, as a copy in rows, would get other noise."""
    return rough(sample)[0] if sample.args[0].layout == "turned" else sample


def chances(*arrays: Array, training: bool) -> list[Sample]:
    more = {"training": True} if training else {}
    return [
        *(in_order(S(array, 0.3, **more)) for array in arrays),
        *(S(arrays[0], p, **more) for p in (0.0, 0.75, 1.0, 1)),
    ]


def dropped(name: str, *arrays: Array, training: bool = False) -> None:
    """A row of ``nn.functional``; ``training``: it has to be said."""
    row(
        f"nn.functional.{name}",
        chances(*arrays, training=training),
        S(arrays[0]),
        S(arrays[0], p=0.4, training=False),
        S(arrays[0], 0.4, True, False),
        refused=(
            S(arrays[0], 1.5),
            S(arrays[0], -0.1),
            S(ints(2, 3, 2, 2), 0.5, True),
        ),
        **DRAWS,
    )


dropped("dropout", A(3), A(), A(4, 5), turned(4, 5), A(0))
dropped("alpha_dropout", A(3), A(), A(4, 5), turned(4, 5), training=True)
dropped("feature_alpha_dropout", A(2, 3, 4), turned(2, 3, 4), A(3, 4), training=True)
dropped("dropout1d", A(2, 3, 4), turned(2, 3, 4), A(3, 4))
dropped("dropout2d", A(2, 3, 2, 2), turned(2, 3, 2, 2))
dropped("dropout3d", A(2, 3, 1, 2, 2), turned(2, 3, 2, 2), A(5, 1, 2, 1))
for _name, _shape in (("dropout", (4,)), ("alpha_dropout", (4,))):
    row(
        _name,
        [S(A(*_shape), p, train) for p in (0.0, 0.5, 1.0) for train in (True, False)],
        in_order(S(turned(4, 5), p=0.5, train=True)),
        refused=(S(A(2), 1.5, True), S(A(2), 0.5), S(A(2), -1.0, False), S(ints(2), 0.5, True)),
        **DRAWS,
    )
for _name in ("feature_dropout", "feature_alpha_dropout"):
    row(
        _name,
        [S(A(2, 3, 4), p, train) for p in (0.0, 0.5, 1.0) for train in (True, False)],
        S(turned(3, 5), p=0.5, train=True),
        refused=(S(A(2), 0.5, True), S(A(2, 2), 1.5, True), S(A(2, 2), 0.5)),
        **DRAWS,
    )
