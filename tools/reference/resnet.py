"""PyTorch's forward pass of the network in bench/networks.py, for the test that compares it with ours.

    python3 tools/reference/resnet.py WEIGHTS.safetensors INPUTS.safetensors

Prints one line of JSON: the logits, evaluating; then learning, with the running mean of the first
normalisation after it. Started by packages/leeway/test/models/resnet-cifar.test.ts where PyTorch is there.
"""

import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from networks import ResNet32  # noqa: E402
from tensor_file import read_safetensors  # noqa: E402

torch.set_num_threads(1)
model = ResNet32()
model.load_state_dict(read_safetensors(sys.argv[1]))
inputs = read_safetensors(sys.argv[2])["inputs"]
with torch.no_grad():
    evaluating = model.eval()(inputs)
    learning = model.train()(inputs)
answer = {
    "evaluating": evaluating.flatten().tolist(),
    "learning": learning.flatten().tolist(),
    "runningMean": model.bn1.running_mean.tolist(),
}
print(json.dumps(answer))
