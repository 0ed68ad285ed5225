"""The peer of op.mjs: the same calls of single operators in PyTorch eager. Started by op.mjs, never by hand."""

import time

import torch
from torch.nn import functional as F

from sides import serve


def calls_of(weights, batches):
    rows, weight, bias = batches["rows"], weights["weight"], weights["bias"]
    transposed = weight.t()
    one, learned = torch.ones(1), torch.ones(1, requires_grad=True)
    return {
        "add of [1] to [1]": lambda: one.add(one),
        "the same, recorded": lambda: learned.add(one),
        "view of [64, 128]": lambda: rows.reshape(128, 64),
        "sum of [1]": lambda: one.sum(),
        "relu of [64, 128]": lambda: torch.relu(rows),
        "addmm of [64, 128]": lambda: torch.addmm(bias, rows, transposed),
        "linear of [64, 128]": lambda: F.linear(rows, weight, bias),
        "shape of a tensor": lambda: rows.shape,
    }


def microseconds(call, count):
    began = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - began) * 1e6 / count


def answer(calls, command):
    return {"time": microseconds(calls[command["name"]], command["steps"])}


serve(lambda _, weights, batches: calls_of(weights, batches), answer)
