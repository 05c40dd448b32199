"""Images per second of torchvision's augmentations, as one JSON object: measure.py THREADS SECONDS. A batch is 8 float images of 128 x 128 pixels in three
colors. Each image has its own random numbers, so images are transformed one by one ("images"), as torchvision's documentation shows it; "batch" is the speed
with one draw for the whole batch."""
import json
import statistics
import sys
import time

import torch
import torchvision
import torchvision.transforms as t

threads, seconds = int(sys.argv[1]), float(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(1)
images = torch.rand(8, 3, 128, 128)
rows = {
    'flip': t.Compose([t.RandomHorizontalFlip(), t.RandomVerticalFlip()]),
    'affine': t.RandomAffine(36, (0.1, 0.1), (0.9, 1.1), 5, interpolation=t.InterpolationMode.BILINEAR),
    'brightness': t.ColorJitter(brightness=0.2),
    'color jitter': t.ColorJitter(0.2, 0.2, 0.2, 0.1),
    'blur': t.GaussianBlur(7, (0.5, 1.5)),
    'blur, 3 x 3': t.GaussianBlur(3, (0.5, 1.0)),
    'contrast': t.ColorJitter(contrast=0.2),
    'hue': t.ColorJitter(hue=0.1),
    'saturation': t.ColorJitter(saturation=0.2),
    'sharpness': t.RandomAdjustSharpness(1.5, 1),
    'auto contrast': t.RandomAutocontrast(1),
    'invert': t.RandomInvert(1),
    'solarization': t.RandomSolarize(0.5, 1),
}
bytes_only = {
    'equalization': t.RandomEqualize(1), 'posterization': t.RandomPosterize(4, 1), 'RandAugment': t.RandAugment(), 'TrivialAugment': t.TrivialAugmentWide(),
}


def measure(transform, batch, one_by_one):
    def run():
        return torch.stack([transform(image) for image in batch]) if one_by_one else transform(batch)

    end = time.perf_counter() + seconds / 4
    while time.perf_counter() < end:
        run()
    speeds = []
    for _ in range(5):
        start, count = time.perf_counter(), 0
        while time.perf_counter() - start < seconds / 5:
            run()
            count += 1
        speeds.append(8 * count / (time.perf_counter() - start))
    return statistics.median(speeds)


result = {name: {'images': measure(transform, images, True), 'batch': measure(transform, images, False)} for name, transform in rows.items()}
whole = (255 * images).to(torch.uint8)
result |= {name: {'images': measure(transform, whole, True), 'batch': measure(transform, whole, False)} for name, transform in bytes_only.items()}
print(json.dumps({'peer': f'torchvision {torchvision.__version__}', 'rows': result}))
