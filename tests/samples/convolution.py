"""Samples: convolutions and their transposes."""

from tests.samples.build import A, S, ints, row, strided, turned

row(
    "conv1d nn.functional.conv1d",
    S(A(2, 3, 5), A(4, 3, 2)),
    S(A(2, 3, 5), A(4, 3, 2), A(4)),
    S(A(3, 5), A(4, 3, 2), A(4)),
    S(turned(2, 2, 7), turned(4, 1, 3), A(4), stride=2, padding=1, dilation=2, groups=2),
    S(A(2, 2, 8), A(1, 2, 3), padding="same", dilation=(3,)),
    S(A(2, 8), A(1, 2, 4), padding="same"),
    S(A(1, 2, 6), A(1, 2, 1), stride=(3,)),
    S(A(1, 2, 3), A(1, 2, 2), stride=4, padding=2),
    S(A(0, 3, 5), A(4, 3, 2)),
    S(A(1, 1, 20), A(2, 1, 1), A(2)),
    refused=(
        S(A(5), A(4, 3, 2)),
        S(A(1, 3, 5), A(4, 3)),
        S(A(1, 2, 5), A(4, 3, 2)),
        S(A(1, 3, 5), A(4, 3, 2), A(3)),
        S(A(1, 3, 5), A(4, 3, 6)),
        S(A(1, 3, 5), A(4, 3, 2), padding="around"),
        S(A(1, 3, 5), A(4, 3, 2), padding=(1, 1)),
        S(A(1, 3, 5), ints(4, 3, 2)),
    ),
)
row(
    "conv2d nn.functional.conv2d",
    S(A(2, 2, 4, 5), A(3, 2, 3, 2), A(3)),
    S(A(2, 4, 3), A(4, 1, 2, 2), None, groups=2),
    S(A(1, 1, 5, 6), A(2, 1, 3, 2), A(2), (2, 3), (1, 2), (2, 1)),
    S(strided(1, 2, 3, 6), turned(2, 1, 2, 3), A(2), padding=2, groups=2),
    S(A(2, 2, 4, 5), A(2, 2, 3, 2), padding="same"),
    S(A(1, 2, 4, 5), A(2, 2, 3, 2), padding="valid", stride=2),
    S(A(2, 4, 4, 4), A(6, 2, 1, 1), A(6), groups=2),
    S(A(1, 1, 2, 2), A(1, 1, 2, 2), padding=3, dilation=4, stride=3),
    S(A(0, 2, 4, 5), A(3, 2, 3, 2), A(3)),
    refused=(
        S(A(4, 5), A(3, 2, 3, 2)),
        S(A(1, 1, 2, 4, 5), A(3, 2, 3, 2)),
        S(A(1, 3, 4, 5), A(3, 2, 3, 2)),
        S(A(1, 3, 4, 5), A(4, 1, 3, 2), groups=3),
        S(A(1, 2, 4, 5), A(3, 2, 3, 2), groups=0),
        S(A(1, 2, 4, 5), A(3, 2, 3, 2), stride=0),
        S(A(1, 2, 4, 5), A(3, 2, 3, 2), stride=1.5),
        S(A(1, 2, 4, 5), A(3, 2, 3, 2), stride=(1, 1, 1)),
        S(A(1, 2, 4, 5), A(3, 2, 3, 2), padding=-1),
        S(A(1, 2, 4, 5), A(3, 2, 3, 2), dilation=0),
        S(A(1, 2, 4, 5), A(3, 2, 3, 2), dilation=2),
        S(A(1, 2, 4, 5), A(3, 2, 3, 2), padding="same", stride=2),
        S(A(1, 2, 4, 5), A(0, 2, 3, 2)),
        S(A(1, 2, 4, 5), A(3, 2, 0, 2)),
        S(A(1, 2, 0, 5), A(3, 2, 1, 2), padding=1),
        S(A(1, 2, 4, 5), 3.0),
    ),
)
row(
    "conv3d nn.functional.conv3d",
    S(A(1, 2, 3, 3, 4), A(2, 2, 2, 1, 3), A(2)),
    S(A(2, 3, 3, 4), A(2, 1, 2, 2, 2), None, 2, 1, (1, 2, 1), 2),
    S(A(1, 1, 2, 3, 2), A(1, 1, 2, 3, 1), padding="same"),
    refused=(S(A(2, 3, 4), A(2, 2, 2, 1, 3)), S(A(1, 2, 1, 3, 4), A(2, 2, 2, 1, 3))),
)
row(
    "conv_transpose1d nn.functional.conv_transpose1d",
    S(A(2, 3, 4), A(3, 2, 2), A(2)),
    S(A(4, 3), A(4, 1, 3), A(2), stride=3, padding=1, output_padding=2, groups=2),
    S(A(1, 2, 4), A(2, 1, 2), dilation=3, output_padding=2, padding=1),
    S(A(1, 2, 3), A(2, 1, 3), stride=2, padding=2),
    S(A(0, 2, 4), A(2, 1, 2)),
    refused=(
        S(A(1, 2, 4), A(3, 1, 2)),
        S(A(1, 3, 4), A(3, 1, 2), groups=2),
        S(A(1, 2, 4), A(2, 1, 2), A(2)),
        S(A(1, 2, 4), A(2, 1, 2), output_padding=1),
        S(A(1, 2, 4), A(2, 1, 2), padding=-1),
        S(A(1, 2, 4), A(2, 1, 2), padding="same"),
        S(A(1, 2, 4), A(2, 1, 2), stride=0),
        S(A(1, 2, 1), A(2, 1, 1), padding=1),
        S(A(1, 2, 0), A(2, 1, 3)),
    ),
)
row(
    "conv_transpose2d nn.functional.conv_transpose2d",
    S(A(2, 2, 3, 4), A(2, 3, 2, 3), A(3)),
    S(A(4, 3, 2), A(4, 1, 2, 3), None, (2, 3), 1, (1, 2), 2, (1, 2)),
    S(A(2, 4, 4, 4), A(4, 3, 1, 1), A(6), groups=2),
    S(strided(1, 2, 3, 4), turned(2, 1, 3, 2), A(1), stride=2, padding=(1, 0)),
    refused=(
        S(A(1, 1, 4, 4), A(2, 1, 2, 2)),
        S(A(1, 2, 1, 1), A(2, 1, 2, 2), padding=1),
        S(A(2, 2), A(2, 1, 2, 2)),
    ),
)
row(
    "conv_transpose3d nn.functional.conv_transpose3d",
    S(A(1, 2, 2, 2, 3), A(2, 1, 2, 1, 2), A(1)),
    S(A(2, 2, 3, 2), A(2, 2, 2, 2, 2), A(4), 2, 1, (1, 0, 1), 2),
    refused=(S(A(1, 2, 2, 2, 3), A(3, 1, 2, 1, 2)),),
)
