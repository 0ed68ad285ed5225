"""Ten steps of fine-tuning a ResNet-18 or 50 by PyTorch's functions and optimisers, from weights with torchvision's names.

    python3 tools/reference/fine_tuning.py WEIGHTS.safetensors BATCHES.safetensors OPTIONS.json

Batch normalisation keeps its statistics; the rates of layers are those of timm's param_groups_layer_decay, and vectors
have no weight decay. Prints one line of JSON: the loss of each step, and tensors afterwards, by name. Started by
packages/leeway/test/runs/init.test.ts where PyTorch is there.
"""

import json
import re
import sys
from pathlib import Path

sys.argv, (weights_path, batches_path, options_path) = sys.argv[:1], sys.argv[1:]
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from tensor_file import read_safetensors  # noqa: E402
from torchvision_resnet import resnet  # noqa: E402

torch.set_num_threads(1)
weights = read_safetensors(weights_path)
batches = read_safetensors(batches_path)
options = json.loads(Path(options_path).read_text())

names = [name for name in weights if not re.search(r"running_|num_batches", name)]
for name in names:
    weights[name].requires_grad = True
blocks = list(dict.fromkeys(m[0] for name in names if (m := re.match(r"layer\d+\.\d+", name))))


def factor(name):
    if name.startswith("fc."):
        return 1
    block = re.match(r"layer\d+\.\d+", name)
    before_head = len(blocks) - blocks.index(block[0]) if block else len(blocks) + 1
    return options["backboneLr"] * options["layerDecay"] ** before_head


groups = [
    {
        "params": [weights[name]],
        "lr": options["lr"] * factor(name),
        "weight_decay": options["weightDecay"] if weights[name].dim() > 1 else 0,
    }
    for name in names
]
if options["optimizer"] == "sgd":
    optimizer = torch.optim.SGD(groups, lr=options["lr"], momentum=0.9)
else:
    optimizer = torch.optim.AdamW(groups, lr=options["lr"])

losses = []
for inputs, targets in zip(batches["inputs"], batches["targets"]):
    optimizer.zero_grad()
    loss = F.cross_entropy(resnet(weights, inputs), targets)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
after = {name: weights[name].flatten()[:200].tolist() for name in options["tensors"]}
print(json.dumps({"losses": losses, "after": after}))
