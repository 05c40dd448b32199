"""Images per second of torchvision's augmentations: augmentation.py THREADS.

The first line of the output is a JSON object with the version and the rows. Then each line of the input, "ROW|WAY|SECONDS", is answered by a line with the
images per second, of the calls without the fastest and the slowest quarter. A batch is 8 images of 128 x 128 pixels in three colors. A way is the type of the
pixels, "float32" or "uint8", and whether the transform is called for each image, which draws random numbers for each, or once for the batch, which draws
once: "float32 image", "uint8 batch" and so on.
"""
import json
import sys
import time

import torch
import torchvision
import torchvision.transforms as t

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)
floats = torch.rand(8, 3, 128, 128)
images = {'float32': floats, 'uint8': (255 * floats).to(torch.uint8)}
rows = {
    'flip': t.RandomHorizontalFlip(),
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
    'solarization': {'float32': t.RandomSolarize(0.5, 1), 'uint8': t.RandomSolarize(128, 1)},
    'equalization': {'uint8': t.RandomEqualize(1)},
    'posterization': {'uint8': t.RandomPosterize(4, 1)},
    'AutoAugment': {'uint8': t.AutoAugment()},
    'RandAugment': {'uint8': t.RandAugment()},
    'TrivialAugment': {'uint8': t.TrivialAugmentWide()},
    'AugMix': {'uint8': t.AugMix()},
}
rows = {name: row if isinstance(row, dict) else {kind: row for kind in images} for name, row in rows.items()}
print(json.dumps({
    'peer': f'torchvision {torchvision.__version__}',
    'rows': {name: [f'{kind} {unit}' for kind in row for unit in ('image', 'batch')] for name, row in rows.items()},
}), flush=True)
for line in sys.stdin:
    name, way, seconds = line.rstrip('\n').split('|')
    kind, unit = way.split(' ')
    transform, batch, end, times = rows[name][kind], images[kind], time.perf_counter() + float(seconds), []
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        _ = torch.stack([transform(image) for image in batch]) if unit == 'image' else transform(batch)
        times.append(time.perf_counter() - start)
    times = sorted(times)[len(times) // 4:len(times) - len(times) // 4]  # without calls that another process interrupted
    print(8 * len(times) / sum(times), flush=True)
