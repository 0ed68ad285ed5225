"""The peers of evaluation.mjs: the same networks in PyTorch, evaluating. Started by evaluation.mjs, never by hand.

Of residual networks one as tutorials write it, and three as experts would for speed, in channels_last: with batch
normalisation folded into the convolutions, with bfloat16 autocast, and with both the folded weights and the images in
bfloat16.
"""

import copy
import time

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from networks import NETWORKS, Mlp
from sides import serve


class Evaluation:
    """One way of evaluating a network on batches, each the network's arguments."""

    def __init__(self, model, batches, autocast=False):
        self.model, self.batches, self.autocast = model, batches, autocast
        self.batch = 0

    def logits(self, batch):
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.autocast):
            return self.model(*batch).float()

    def run(self, count):
        times = []
        for _ in range(count):
            batch = self.batches[self.batch % len(self.batches)]
            self.batch += 1
            began = time.perf_counter()
            self.logits(batch)
            times.append((time.perf_counter() - began) * 1000)
        return {"times": times}


def folded(model):
    """A copy with each batch normalisation folded into the convolution before it."""
    model = copy.deepcopy(model)
    for module in list(model.modules()):
        before = None
        for name, child in list(module.named_children()):
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, before, fuse_conv_bn_eval(getattr(module, before), child))
                setattr(module, name, nn.Identity())
            before = name
    return model


def of_images(model, images):
    def fast(network, dtype=torch.float32, **how):
        form = {"memory_format": torch.channels_last, "dtype": dtype}
        return Evaluation(network.to(**form), [[each.to(**form)] for each in images], **how)

    return {
        "eager": Evaluation(model, [[each] for each in images]),
        "folded": fast(folded(model)),
        "autocast": fast(copy.deepcopy(model), autocast=True),
        "bf16": fast(folded(model), torch.bfloat16),
    }


def make_sides(command, weights, batches):
    network = command["network"]
    if network == "mlp":
        model = Mlp(weights).eval()
        return {"eager": Evaluation(model, list(zip(batches["values"], batches["codes"])))}
    model = NETWORKS[network]().eval()
    model.load_state_dict(weights)
    return of_images(model, batches["inputs"])


def answer(sides, command):
    side = sides[command["side"]]
    if command["steps"] == 0:
        return {"logits": side.logits(side.batches[0]).flatten().tolist()}
    return side.run(command["steps"])


serve(make_sides, answer)
