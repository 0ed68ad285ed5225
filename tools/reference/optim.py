"""Writes packages/torch/test/fixtures/optim.json: what PyTorch's optimisers do to two parameters in five steps.

Run by hand, never by the tests: python3 tools/reference/optim.py
"""

import json
import pathlib

import torch

STEPS = 5
TARGET = pathlib.Path(__file__).parents[2] / "packages/torch/test/fixtures/optim.json"
CASES = {
    "sgd": (torch.optim.SGD, {"lr": 0.1}),
    "sgd-momentum": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "sgd-momentum-decay": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    "sgd-nesterov": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01, "nesterov": True}),
    "adam": (torch.optim.Adam, {"lr": 0.05}),
    "adam-decay": (torch.optim.Adam, {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.1}),
    "adamw": (torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.1}),
    "sgd-groups": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    "adam-groups": (torch.optim.Adam, {"lr": 0.05, "weight_decay": 0.1}),
    "adamw-groups": (torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.1}),
}


def grouped(parameters, lr):
    """Half the rate for the first, no decay for the second."""
    return [{"params": parameters[:1], "lr": lr / 2}, {"params": parameters[1:], "weight_decay": 0}]


def trace(name, make, options):
    """Each step's parameters, minimising the sum of p^4 / 4: the gradient is p^3."""
    parameters = [torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in ([1.0, -2.0], [0.5])]
    learned = grouped(parameters, options["lr"]) if name.endswith("-groups") else parameters
    optimizer = make(learned, **options)
    steps = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        sum((p**4).sum() / 4 for p in parameters).backward()
        optimizer.step()
        steps.append([p.tolist() for p in parameters])
    return steps


result = {"torch": torch.__version__, "cases": {name: trace(name, *case) for name, case in CASES.items()}}
TARGET.write_text(json.dumps(result, indent=1) + "\n")
