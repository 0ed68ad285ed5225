"""The networks of the benches in PyTorch, as its tutorials and torchvision write them; parameters have our names."""

import torch
from torch import nn
from torch.nn import functional as F


def conv3x3(channels_in, channels_out, stride=1):
    return nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)


class CifarBlock(nn.Module):
    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.conv1 = conv3x3(channels_in, channels_out, stride)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = conv3x3(channels_out, channels_out)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.stride = stride
        self.half = (channels_out - channels_in) // 2

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        shortcut = x
        if self.half > 0:
            shortcut = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.half, self.half))
        return F.relu(out + shortcut)


class ResNet32(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = conv3x3(3, 16)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = self.stage(16, 16, 1)
        self.layer2 = self.stage(16, 32, 2)
        self.layer3 = self.stage(32, 64, 2)
        self.linear = nn.Linear(64, classes)

    @staticmethod
    def stage(channels_in, channels_out, stride):
        first = CifarBlock(channels_in, channels_out, stride)
        return nn.Sequential(first, *[CifarBlock(channels_out, channels_out, 1) for _ in range(4)])

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(F.avg_pool2d(x, x.size(3)).flatten(1))


class Block(nn.Module):
    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.conv1 = conv3x3(channels_in, channels_out, stride)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = conv3x3(channels_out, channels_out)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.downsample = None
        if stride != 1 or channels_in != channels_out:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    """With the stem for small images: a 3 x 3 convolution, no pooling."""

    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = conv3x3(3, 64)
        self.bn1 = nn.BatchNorm2d(64)
        widths = [64, 64, 128, 256, 512]
        for i in range(1, 5):
            first = Block(widths[i - 1], widths[i], 1 if i == 1 else 2)
            setattr(self, f"layer{i}", nn.Sequential(first, Block(widths[i], widths[i], 1)))
        self.fc = nn.Linear(512, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Mlp(nn.Module):
    """For tables, of the sizes that the weights have."""

    def __init__(self, weights):
        super().__init__()
        tables = [table for name, table in weights.items() if name.startswith("embeddings.")]
        self.embeddings = nn.ModuleList(nn.Embedding(*table.shape, padding_idx=0) for table in tables)
        sizes = [weights["hidden.0.weight"].shape[1], *(weights[f"hidden.{i}.weight"].shape[0] for i in (0, 1))]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.norms = nn.ModuleList(nn.LayerNorm(size) for size in sizes[1:])
        self.classifier = nn.Linear(sizes[-1], weights["classifier.weight"].shape[0])
        self.load_state_dict(weights)

    def forward(self, values, codes):
        vectors = [table(codes[:, g]) for g, table in enumerate(self.embeddings)]
        x = torch.cat([values, *vectors], 1)
        for layer, norm in zip(self.hidden, self.norms):
            x = F.relu(norm(layer(x)))
        return self.classifier(x)


# Of images.
NETWORKS = {"resnet32": ResNet32, "resnet18": ResNet18}
