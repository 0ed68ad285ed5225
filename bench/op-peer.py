"""The peer of op.mjs: the same calls of single operators in PyTorch eager.

Reads one command a line on standard input and answers with one line of JSON, so that both sides can take
turns in one measurement. Started by op.mjs, never by hand.
"""

import json
import sys
import time

import torch
from torch.nn import functional as F

from tensor_file import read_safetensors


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


def main():
    calls = {}
    for line in sys.stdin:
        command = json.loads(line)
        if "threads" in command:
            torch.set_num_threads(command["threads"])
            calls = calls_of(read_safetensors(command["weights"]), read_safetensors(command["batches"]))
            answer = {"torch": torch.__version__}
        else:
            answer = {"time": microseconds(calls[command["name"]], command["steps"])}
        print(json.dumps(answer), flush=True)


main()
