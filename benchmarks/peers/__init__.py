"""Other engines that do some of the loads, in their own words, in an environment of their own.

HIPS autograd is imported as ``autograd``, as ours is, so no environment can have both: ``make
peers`` makes one beside `.venv`, from `requirements.txt`. A module here has a function for each
program that its engine can do, under the program's name; it returns the step, as the program does.
"""

PEERS = {
    "HIPS autograd": "benchmarks.peers.hips",
    "MyGrad": "benchmarks.peers.mygrad_",
    "DeZero": "benchmarks.peers.dezero_",
    "tinygrad": "benchmarks.peers.tinygrad_",
    "micrograd": "benchmarks.peers.micrograd_",
}
"""An engine, and the module here that uses it."""
