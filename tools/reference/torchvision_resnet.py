"""ResNet-18 and ResNet-50 by PyTorch's functions alone, from weights with torchvision's names.

    python3 tools/reference/torchvision_resnet.py WEIGHTS.safetensors INPUTS.safetensors

Prints one line of JSON: the logits of an evaluating network. What the network is follows from the names and
shapes of its weights. Started by packages/leeway/test/models/resnet.test.ts where PyTorch is there.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

# The peer reads commands on standard input until it ends: with /dev/null it only defines its parts.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from tensor_file import read_safetensors  # noqa: E402

torch.set_num_threads(1)


def conv(weights, x, name, stride=1):
    weight = weights[name + ".weight"]
    return F.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)


def norm(weights, x, name):
    w = [weights[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
    return F.batch_norm(x, *w)


def block(weights, x, name, stride):
    last = 3 if f"{name}.conv3.weight" in weights else 2
    y = x
    for i in range(1, last + 1):
        # The 3 x 3 convolution has the stride: the first of two, the middle one of three.
        y = conv(weights, y, f"{name}.conv{i}", stride if i == last - 1 else 1)
        y = norm(weights, y, f"{name}.bn{i}")
        if i < last:
            y = F.relu(y)
    if f"{name}.downsample.0.weight" in weights:
        x = norm(weights, conv(weights, x, f"{name}.downsample.0", stride), f"{name}.downsample.1")
    return F.relu(y + x)


def resnet(weights, x):
    large = weights["conv1.weight"].shape[-1] == 7
    x = F.relu(norm(weights, conv(weights, x, "conv1", 2 if large else 1), "bn1"))
    if large:
        x = F.max_pool2d(x, 3, 2, 1)
    for stage in range(1, 5):
        i = 0
        while f"layer{stage}.{i}.conv1.weight" in weights:
            x = block(weights, x, f"layer{stage}.{i}", 2 if stage > 1 and i == 0 else 1)
            i += 1
    return F.linear(x.mean((2, 3)), weights["fc.weight"], weights["fc.bias"])


if __name__ == "__main__":
    weights, inputs = read_safetensors(sys.argv[1]), read_safetensors(sys.argv[2])["inputs"]
    with torch.no_grad():
        print(json.dumps(resnet(weights, inputs).flatten().tolist()))
