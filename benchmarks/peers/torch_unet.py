"""The U-Net of SmallNetworks.UNet in PyTorch, trained on the same images for a given time.

Prints the mean IoU on the test masks of the epoch with the best mean IoU on the validation masks, as `fovea train --task segment` does.

    apt-get install python3-torch python3-torchvision python3-pil
    python3 torch_unet.py FOLDER --size 160 --minutes 60

FOLDER has train, validation and test, each with images and trimaps (or masks) of the same names. Labels that begin at 1 are counted from 0,
and 255 is ignored. Layers, initial distributions, optimizer, schedule and augmentation are those of Fovea. Masks are resized and moved by the
nearest pixel.
"""
import argparse
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

IGNORED = 255


class Level(nn.Sequential):
    """Two convolutions 3x3, each with a batch normalization and a ReLU."""

    def __init__(self, inputs, width):
        layers = []
        for channels in (inputs, width):
            layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width, eps=1e-3, momentum=0.1), nn.ReLU(inplace=True)]
        super().__init__(*layers)


class UNet(nn.Module):
    def __init__(self, classes, widths=(16, 32, 64, 128, 256), dropout=0.2):
        super().__init__()
        self.down = nn.ModuleList(Level(inputs, width) for inputs, width in zip((3, *widths), widths))
        self.reduce = nn.ModuleList(nn.Conv2d(below, width, 1) for width, below in zip(widths, widths[1:]))
        self.up = nn.ModuleList(Level(2 * width, width) for width in widths[:-1])
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Conv2d(widths[0], classes, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x):
        x, levels = x / 255, []
        for i, level in enumerate(self.down):
            x = level(F.max_pool2d(x, 2) if i else x)
            levels.append(x)
        x = self.dropout(x)
        for i in reversed(range(len(self.up))):
            x = F.interpolate(self.reduce[i](x), scale_factor=2, mode="bilinear", align_corners=False)
            x = self.up[i](torch.cat([levels[i], x], 1))
        return self.head(x)

    def count(self):
        """The number of values that Fovea counts: weights and the moving averages of the batch normalizations."""
        averages = sum(m.running_mean.numel() + m.running_var.numel() for m in self.modules() if isinstance(m, nn.BatchNorm2d))
        return sum(p.numel() for p in self.parameters()) + averages


def load(folder, part, size):
    names = sorted(os.listdir(os.path.join(folder, part)))
    masks = next(name for name in names if name != "images")
    images_folder, masks_folder = os.path.join(folder, part, "images"), os.path.join(folder, part, masks)
    by_stem = {os.path.splitext(name)[0]: name for name in os.listdir(masks_folder)}
    images, labels = [], []
    for name in sorted(os.listdir(images_folder)):
        image = Image.open(os.path.join(images_folder, name)).convert("RGB").resize((size, size), Image.BILINEAR)
        mask = Image.open(os.path.join(masks_folder, by_stem[os.path.splitext(name)[0]])).resize((size, size), Image.NEAREST)
        images.append(np.asarray(image).transpose(2, 0, 1))
        labels.append(np.asarray(mask))
    return torch.from_numpy(np.stack(images)), torch.from_numpy(np.stack(labels).astype(np.int64))


def augment(images, labels, generator):
    """Flips, rotations by 15 degrees, zooms from 70 to 120 %, shifts by a tenth, brightness and contrast, at random for each image."""
    n = len(images)

    def uniform(low, high):
        return low + (high - low) * torch.rand(n, generator=generator)

    angle, zoom_y, zoom_x = uniform(-0.04, 0.04) * 2 * math.pi, 1 + uniform(-0.3, 0.2), 1 + uniform(-0.3, 0.2)
    flip = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = flip * zoom_x * torch.cos(angle), -zoom_x * torch.sin(angle)
    theta[:, 1, 0], theta[:, 1, 1] = flip * zoom_y * torch.sin(angle), zoom_y * torch.cos(angle)
    theta[:, 0, 2], theta[:, 1, 2] = 2 * uniform(-0.1, 0.1), 2 * uniform(-0.1, 0.1)
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    images = F.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    labels = F.grid_sample(labels[:, None].float(), grid, mode="nearest", padding_mode="reflection", align_corners=False)[:, 0].long()
    images = (images + 255 * uniform(-0.15, 0.15)[:, None, None, None]).clamp(0, 255)
    mean = images.mean((2, 3), keepdim=True)
    return (mean + (images - mean) * uniform(0.75, 1.25)[:, None, None, None]).clamp(0, 255), labels


def mean_iou(model, images, labels, classes, batch):
    model.eval()
    matrix = torch.zeros(classes * classes, dtype=torch.int64)
    with torch.no_grad():
        for start in range(0, len(images), batch):
            predicted = model(images[start:start + batch].float()).argmax(1).flatten()
            actual = labels[start:start + batch].flatten()
            known = actual != IGNORED
            matrix += torch.bincount(actual[known] * classes + predicted[known], minlength=classes * classes)
    matrix = matrix.view(classes, classes)
    iou = matrix.diag() / (matrix.sum(0) + matrix.sum(1) - matrix.diag()).double()
    return iou.nanmean().item(), iou.tolist()


def one_cycle(share, highest):
    """The learning rate of fastai's fit_one_cycle: up from 1/25 in the first quarter, then down to almost nothing, along cosines."""
    if share < 0.25:
        return highest / 25 + (highest - highest / 25) * (1 - math.cos(math.pi * share / 0.25)) / 2
    return highest / 1e5 + (highest - highest / 1e5) * (1 + math.cos(math.pi * (share - 0.25) / 0.75)) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--size", type=int, default=160)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    parts = {part: load(options.folder, part, options.size) for part in ("train", "validation", "test")}
    lowest = min(int(labels.min()) for _, labels in parts.values())
    parts = {part: (images, torch.where(labels == IGNORED, labels, labels - lowest)) for part, (images, labels) in parts.items()}
    classes = 1 + max(int(labels[labels != IGNORED].max()) for _, labels in parts.values())
    model = UNet(classes)
    print(f"{model.count():,} parameters, {classes} classes, {len(parts['train'][0])} training images, {torch.get_num_threads()} threads", flush=True)
    decaying = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": decaying, "weight_decay": options.decay}, {"params": others, "weight_decay": 0}], eps=1e-7)
    images, labels = parts["train"]
    start, epoch, best = time.monotonic(), 0, (-1.0, None, 0)
    limit = 60 * options.minutes
    while time.monotonic() - start < limit:
        model.train()
        order = torch.randperm(len(images), generator=generator)
        for first in range(0, len(order), options.batch):
            share = min(1, (time.monotonic() - start) / limit)
            for group in optimizer.param_groups:
                group["lr"] = one_cycle(share, options.rate)
            chosen = order[first:first + options.batch]
            x, y = augment(images[chosen].float(), labels[chosen], generator)
            loss = F.cross_entropy(model(x), y, ignore_index=IGNORED)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        epoch += 1
        score, _ = mean_iou(model, *parts["validation"], classes, options.batch)
        print(f"epoch {epoch}  {time.monotonic() - start:.0f} s  loss {loss.item():.4f}  validation mean IoU {100 * score:.2f} %", flush=True)
        if score > best[0]:
            best = (score, {name: value.clone() for name, value in model.state_dict().items()}, epoch)
    seconds = time.monotonic() - start
    model.load_state_dict(best[1])
    score, each = mean_iou(model, *parts["test"], classes, options.batch)
    print(json.dumps({
        "test_mean_iou": score, "test_iou": each, "validation_mean_iou": best[0], "best_epoch": best[2], "epochs": epoch,
        "images_per_second": epoch * len(images) / seconds, "seconds": seconds}))


if __name__ == "__main__":
    main()
