"""Writes packages/torch/test/fixtures/recurrent.json: what PyTorch's LSTM gives of packed sequences, and its gradients.

Run by hand, never by the tests: python3 tools/reference/recurrent.py
"""

import json
import pathlib

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

TARGET = pathlib.Path(__file__).parents[2] / "packages/torch/test/fixtures/recurrent.json"
BATCH, TIME, INPUT, HIDDEN = 3, 4, 2, 3
LENGTHS = [4, 1, 3]


def wave(shape, phase):
    """sin(phase + 0.7 i) / 2 row by row: the same numbers in any language."""
    count = int(torch.tensor(shape).prod())
    return (torch.sin(phase + 0.7 * torch.arange(count, dtype=torch.float64)) / 2).reshape(shape)


def case(layers, bidirectional, lengths):
    net = torch.nn.LSTM(INPUT, HIDDEN, num_layers=layers, bidirectional=bidirectional, batch_first=True).double()
    with torch.no_grad():
        for phase, parameter in enumerate(net.parameters()):
            parameter.copy_(wave(parameter.shape, phase))
    x = wave([BATCH, TIME, INPUT], 0.3).requires_grad_()
    if lengths is None:
        output, _ = net(x)
    else:
        packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
        output, _ = pad_packed_sequence(net(packed)[0], batch_first=True, total_length=TIME)
    (output**2).sum().backward()
    return {
        "layers": layers,
        "bidirectional": bidirectional,
        "lengths": lengths,
        "names": [name for name, _ in net.named_parameters()],
        "output": output.flatten().tolist(),
        "inputGradient": x.grad.flatten().tolist(),
        "weightGradients": {name: p.grad.sum().item() for name, p in net.named_parameters()},
    }


cases = [case(1, False, None), case(2, True, None), case(1, True, LENGTHS), case(2, True, LENGTHS)]
TARGET.write_text(json.dumps({"torch": torch.__version__, "cases": cases}, indent=1) + "\n")
