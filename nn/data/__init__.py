"""Data sets, the order in which their samples come, and batches (`torch.utils.data`).

>>> data = nn.data.TensorDataset(arange(6.0).reshape(3, 2), tensor([0, 1, 0]))
>>> for x, target in nn.data.DataLoader(data, batch_size=2):
...     x.shape, target
((2, 2), tensor([0, 1]))
((1, 2), tensor([0]))
"""

from nn.data.collate import default_collate, default_convert
from nn.data.dataset import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
)
from nn.data.loader import DataLoader
from nn.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from nn.data.splitting import k_fold, random_split
from nn.data.workers import WorkerInfo, get_worker_info

__all__ = [
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "WorkerInfo",
    "default_collate",
    "default_convert",
    "get_worker_info",
    "k_fold",
    "random_split",
]
