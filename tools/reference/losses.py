"""PyTorch's answers for the losses, written once into packages/leeway/test/fixtures/losses.json.

    python3 tools/reference/losses.py && npx prettier --write packages/leeway/test/fixtures

Each loss is written out here from its paper with PyTorch's elementary operators, in double precision; its
gradient is autograd's. A case is a loss by its function's name, what it is made from, logits, targets, the
value of each example, and the gradient of their sum.
"""

import json
import platform
from pathlib import Path

import torch

TARGET = Path(__file__).resolve().parents[2] / "packages/leeway/test/fixtures/losses.json"
COUNTS = [500, 120, 40, 5]


def cross_entropy(logits, targets, scale):
    """-log softmax(s z)_y."""
    return -torch.log_softmax(scale * logits, dim=1).gather(1, targets[:, None])[:, 0]


def ldam(logits, targets, margins, scale):
    """Cao et al. 2019 (arXiv:1906.07413v2), eq. 12, with s: the true class's term is e^{s(z_y - Delta_y)}."""
    values = []
    for z, y in zip(logits, targets):
        true = torch.exp(scale * (z[y] - margins[y]))
        others = sum(torch.exp(scale * z[j]) for j in range(len(z)) if j != y)
        values.append(-torch.log(true / (true + others)))
    return torch.stack(values)


def ldam_margins(counts, max_margin):
    """Eq. 13: C / n_j^(1/4), C such that the largest is max_margin."""
    raw = 1 / torch.tensor(counts, dtype=torch.float64) ** 0.25
    return raw * (max_margin / raw.max())


def focal(logits, targets, gamma):
    """Lin et al. 2017 (arXiv:1708.02002), eq. 4: -(1 - p)^gamma log p."""
    p = torch.softmax(logits, dim=1).gather(1, targets[:, None])[:, 0]
    return -((1 - p) ** gamma) * torch.log(p)


def margin_hinge(logits, targets, margins, scale):
    """Cao et al. 2019 (arXiv:1906.07413v2), eq. 10, times s: max(max_{j != y} z_j - z_y + Delta_y, 0)."""
    values = []
    for z, y in zip(logits, targets):
        rival = torch.stack([z[j] for j in range(len(z)) if j != y]).max()
        values.append(scale * torch.clamp(rival - z[y] + margins[y], min=0))
    return torch.stack(values)


def multi_margin(logits, targets, margins, scale):
    """torch.nn.MultiMarginLoss, whose margin is one number, for one example after the other, each with its class's."""
    values = []
    for z, y in zip(logits, targets):
        value = torch.nn.functional.multi_margin_loss(z[None], y[None], margin=margins[y].item())
        values.append(scale * value)
    return torch.stack(values)


def vector_scaling(logits, targets, multipliers, offsets):
    """Kini et al. 2021 (arXiv:2103.01550), eq. 2: cross entropy of m z + iota."""
    return cross_entropy(multipliers * logits + offsets, targets, 1)


def label_aware_smoothing(logits, targets, smoothing):
    """Zhong et al. 2021 (arXiv:2104.00466), section 3.2: -sum_j q_j log p_j, q_y = 1 - eps_y, else eps_y / (K - 1)."""
    values = []
    for z, y in zip(logits, targets):
        q = smoothing[y] / (len(z) - 1) * torch.ones(len(z), dtype=torch.float64)
        q[y] = 1 - smoothing[y]
        values.append(-(q * torch.log_softmax(z, dim=0)).sum())
    return torch.stack(values)


def case(loss, options, value_of, logits, targets):
    logits = logits.clone().requires_grad_()
    values = value_of(logits, targets)
    values.sum().backward()
    return {
        "loss": loss,
        **options,
        "logits": logits.tolist(),
        "targets": targets.tolist(),
        "values": values.tolist(),
        "gradient": logits.grad.tolist(),
    }


def main():
    torch.manual_seed(0)
    plain = 3 * torch.randn(6, 4, dtype=torch.float64)
    cosines = 2 * torch.rand(6, 4, dtype=torch.float64) - 1
    targets = torch.tensor([0, 1, 2, 3, 3, 0])
    cases = [
        case("crossEntropyLoss", {"scale": scale}, lambda z, y: cross_entropy(z, y, scale), logits, targets)
        for scale, logits in [(1, plain), (30, cosines)]
    ]
    for max_margin, scale in [(0.5, 30), (0.3, 10)]:
        margins = ldam_margins(COUNTS, max_margin)
        options = {"margins": margins.tolist(), "scale": scale}
        cases.append(case("ldamLoss", options, lambda z, y: ldam(z, y, margins, scale), cosines, targets))
    for max_margin, scale in [(0.5, 30), (0.3, 1)]:
        margins = ldam_margins(COUNTS, max_margin)
        options = {"margins": margins.tolist(), "scale": scale}
        for name, loss in [("marginHingeLoss", margin_hinge), ("multiMarginLoss", multi_margin)]:
            value_of = lambda z, y: loss(z, y, margins, scale)  # noqa: E731
            cases.append(case(name, options, value_of, cosines, targets))
    for gamma in [0, 1, 2.5]:
        cases.append(case("focalLoss", {"gamma": gamma}, lambda z, y: focal(z, y, gamma), plain, targets))
    counts = torch.tensor(COUNTS, dtype=torch.float64)
    ones, offsets = torch.ones(4, dtype=torch.float64), torch.log(counts / counts.sum())
    for multipliers, shift in [(ones, offsets), ((counts / counts.max()) ** 0.15, 1.25 * offsets)]:
        options = {"multipliers": multipliers.tolist(), "offsets": shift.tolist()}
        value_of = lambda z, y: vector_scaling(z, y, multipliers, shift)  # noqa: E731
        cases.append(case("vectorScalingLoss", options, value_of, plain, targets))
    for head, tail in [(0.3, 0), (0.4, 0.1)]:
        rising = torch.sin(torch.pi / 2 * (counts - counts.min()) / (counts.max() - counts.min()))
        smoothing = tail + (head - tail) * rising
        value_of = lambda z, y: label_aware_smoothing(z, y, smoothing)  # noqa: E731
        cases.append(
            case("labelAwareSmoothingLoss", {"smoothing": smoothing.tolist()}, value_of, plain, targets)
        )
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    TARGET.write_text(json.dumps({"versions": versions, "counts": COUNTS, "cases": cases}, indent=1) + "\n")


main()
