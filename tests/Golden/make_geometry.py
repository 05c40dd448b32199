"""geometry.json: images read at other positions, by scipy.ndimage.map_coordinates in float64 and by Pillow's Image.transform; perspective maps from four
corners, solved by NumPy; the noise of elastic transforms, blurred by scipy.ndimage.convolve; boxes around moved corners; the mean crop of torchvision's
RandomResizedCrop.get_params, drawn a million times by NumPy. Run: python3 make_geometry.py"""
import json
import numpy as np
from PIL import Image
from scipy import ndimage

random = np.random.default_rng(20)
MODES = {'Reflect': 'reflect', 'Constant': 'grid-constant', 'Wrap': 'grid-wrap', 'Nearest': 'nearest', 'Mirror': 'mirror'}
FILL = 0.7


def numbers(values, digits=7):
    return [float(f'{v:.{digits}g}') for v in np.asarray(values, np.float64).ravel()]


def single(values):
    """The values as float32 has them, which Fovea gets."""
    return np.asarray(values, np.float32).astype(np.float64)


def positions(map8, height, width):
    y, x = np.mgrid[:height, :width].astype(np.float64)
    a, b, c, d, e, f, g, h = map8
    q = g * x + h * y + 1
    return (a * x + b * y + c) / q, (d * x + e * y + f) / q


def sampled(image, xs, ys, order, mode):
    return np.stack([ndimage.map_coordinates(image[..., c], [ys, xs], order=order, mode=mode, cval=FILL) for c in range(image.shape[2])], -1)


def sampling():
    image = single(random.normal(size=(7, 9, 3)))
    cases = []
    for tilt in (0, 0.03):
        for name, mode in MODES.items():
            turn, zoom = random.uniform(-3, 3), random.uniform(0.7, 1.6)
            map8 = single([zoom * np.cos(turn), -np.sin(turn), random.uniform(0, 8), np.sin(turn), zoom * np.cos(turn), random.uniform(0, 6),
                           random.uniform(-tilt, tilt), random.uniform(-tilt, tilt)])
            xs, ys = positions(map8, 8, 6)
            cases.append({'fill': name, 'map': numbers(map8, 9), 'bilinear': numbers(sampled(image, xs, ys, 1, mode)),
                          'nearest': numbers(sampled(image, xs, ys, 0, mode))})
    grids = []
    for name, mode in MODES.items():
        grid = single(random.uniform(-6, 14, size=(4, 5, 2)))
        grids.append({'fill': name, 'positions': numbers(grid, 9), 'bilinear': numbers(sampled(image, grid[..., 0], grid[..., 1], 1, mode)),
                      'nearest': numbers(sampled(image, grid[..., 0], grid[..., 1], 0, mode))})
    return {'image': numbers(image, 9), 'maps': cases, 'grids': grids}


def pillow():
    """Pillow measures positions from the corner of the first pixel: S·M·S⁻¹. Pixels near the border, which it treats in its own way, are NaN."""
    height, width = 12, 16
    image = np.float32(random.uniform(0, 255, size=(height, width)))
    cases = []
    for kind in ('rotation', 'affine', 'perspective'):
        turn = 0.4
        matrix = np.array([[np.cos(turn), -np.sin(turn), 3], [np.sin(turn), np.cos(turn), -2], [0, 0, 1]])
        if kind != 'rotation':
            matrix = matrix @ np.array([[0.8, 0.2, 1], [-0.1, 0.7, 0], [0, 0, 1]])
        if kind == 'perspective':
            matrix[2, :2] = 0.01, -0.02
        matrix = single(matrix)
        shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
        corner = shift @ matrix @ np.linalg.inv(shift)
        corner /= corner[2, 2]
        if kind == 'perspective':
            moved = Image.fromarray(image).transform((10, 9), Image.PERSPECTIVE, tuple(corner.ravel()[:8]), Image.BILINEAR)
        else:
            moved = Image.fromarray(image).transform((10, 9), Image.AFFINE, tuple(corner.ravel()[:6]), Image.BILINEAR)
        xs, ys = positions(matrix.ravel()[:8], 9, 10)
        inside = (xs > 0.6) & (xs < width - 1.6) & (ys > 0.6) & (ys < height - 1.6)
        cases.append({'kind': kind, 'map': numbers(matrix.ravel()[:8], 9),
                      'output': [float(f'{v:.7g}') if ok else None for v, ok in zip(np.array(moved).ravel(), inside.ravel())]})
    return {'height': height, 'width': width, 'image': numbers(image, 9), 'cases': cases}


def homography(start, end):
    rows, target = [], []
    for (x, y), (u, v) in zip(start, end):
        rows += [[u, v, 1, 0, 0, 0, -x * u, -x * v], [0, 0, 0, u, v, 1, -y * u, -y * v]]
        target += [x, y]
    return np.linalg.solve(np.array(rows), np.array(target))


def perspectives():
    """Keras: each coordinate of a corner is multiplied by 1 + factor; the output is read where the moved corners come from."""
    cases = []
    for height, width in ((20, 30), (7, 5), (64, 64)):
        for _ in range(3):
            factors = single(random.uniform(-0.5, 0.5, size=(4, 2)) if cases else np.zeros((4, 2)))
            start = np.array([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]], float)
            cases.append({'height': height, 'width': width, 'factors': numbers(factors, 9),
                          'map': numbers(homography(start, start + start * factors), 9)})
    return cases


def elastic():
    """Keras' gaussian_blur: a kernel of int(6·sigma)|1 values in each direction, whose sum is 1, over an image continued with zeros."""
    cases = []
    for height, width, strength in ((24, 30, 1.0), (31, 20, 0.62)):
        noise = single(random.normal(size=(2, height, width)))
        alpha, sigma = max(height, width) * 0.1 * strength, min(height, width) * 0.05 * strength
        size = int(6 * sigma) | 1
        kernel = np.exp(-0.5 * ((np.arange(size) - size // 2) / sigma) ** 2)
        kernel = np.outer(kernel, kernel) / kernel.sum() ** 2
        moved = [alpha * ndimage.convolve(part * sigma, kernel, mode='constant') for part in noise]
        cases.append({'height': height, 'width': width, 'strength': strength, 'noise': numbers(noise, 8), 'distances': numbers(np.stack(moved, -1))})
    return cases


def elastic_images():
    """Whole elastic transforms: each pixel is read at its own position plus the blurred noise."""
    others = np.random.default_rng(31)
    cases = []
    for name, height, width, strength in (('Reflect', 14, 18, 1.0), ('Constant', 13, 11, 0.8), ('Nearest', 12, 12, 0.5)):
        image = single(np.round(others.uniform(0, 255, size=(height, width, 2))))
        noise = single(np.round(others.normal(size=(2, height, width)), 3))
        alpha, sigma = max(height, width) * 0.1 * strength, min(height, width) * 0.05 * strength
        size = int(6 * sigma) | 1
        kernel = np.exp(-0.5 * ((np.arange(size) - size // 2) / sigma) ** 2)
        kernel = np.outer(kernel, kernel) / kernel.sum() ** 2
        dx, dy = [alpha * ndimage.convolve(part * sigma, kernel, mode='constant') for part in noise]
        y, x = np.mgrid[:height, :width].astype(np.float64)
        cases.append({'fill': name, 'strength': strength, 'shape': list(image.shape), 'image': numbers(image), 'noise': numbers(noise),
                      'moved': numbers(sampled(image, x + dx, y + dy, 1, MODES[name]), 6)})
    return cases


def boxes():
    """The smallest boxes around the four corners, clipped; half a pixel separates edges from centers."""
    height, width = 40, 60
    cases = []
    for kind in ('rotation', 'shear', 'zoom', 'warp'):
        for box in ((10, 8, 30, 20), (25, 22, 55, 38), (0, 0, 12, 12)):
            center = np.array([[1, 0, (width - 1) / 2], [0, 1, (height - 1) / 2], [0, 0, 1]])
            back = np.linalg.inv(center)
            if kind == 'rotation':
                amount = 0.07
                turn = 2 * np.pi * amount
                matrix = center @ np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]]) @ back
            elif kind == 'shear':
                amount = 0.3
                matrix = np.array([[1, amount, 0], [0, 1, 0], [0, 0, 1]])
            elif kind == 'zoom':
                amount = 0.4
                matrix = center @ np.diag([1 + amount, 1 + amount, 1]) @ back
            else:
                amount = 0.2
                tilt = np.array([[1, 0, 0], [0, 1, 0], [amount * 2 / width, amount * 2 / height, 1]])
                matrix = center @ tilt @ back
            x, y = np.array([(x, y) for x in box[::2] for y in box[1::2]], float).T - 0.5
            moved = np.linalg.inv(matrix) @ np.stack([x, y, np.ones(4)])
            px, py = moved[0] / moved[2] + 0.5, moved[1] / moved[2] + 0.5
            edges = [np.clip(px.min(), 0, width), np.clip(py.min(), 0, height), np.clip(px.max(), 0, width), np.clip(py.max(), 0, height)]
            cases.append({'kind': kind, 'amount': amount, 'box': list(box), 'moved': numbers(edges)})
    return cases


def crops(count=1_000_000):
    cases = []
    for height, width, scale, ratio in ((40, 60, (0.08, 1), (3 / 4, 4 / 3)), (20, 100, (0.5, 1), (3 / 4, 4 / 3)), (50, 50, (0.3, 0.9), (0.5, 2))):
        area = height * width * random.uniform(*scale, size=(count, 10))
        ratios = np.exp(random.uniform(np.log(ratio[0]), np.log(ratio[1]), size=(count, 10)))
        w, h = np.sqrt(area * ratios), np.sqrt(area / ratios)
        fits = (w <= width) & (h <= height)
        first, found = fits.argmax(1), fits.any(1)
        w, h = w[np.arange(count), first], h[np.arange(count), first]
        whole = width / height
        w[~found], h[~found] = (width, width / ratio[0]) if whole < ratio[0] else (height * ratio[1], height) if whole > ratio[1] else (width, height)
        share, logs = w * h / (width * height), np.log(w / h)
        cases.append({'height': height, 'width': width, 'scale': list(scale), 'ratio': list(ratio), 'found': found.mean(),
                      'area': [share.mean(), share.std()], 'log ratio': [logs.mean(), logs.std()]})
    return cases


json.dump({'sampling': sampling(), 'pillow': pillow(), 'perspectives': perspectives(), 'elastic': elastic(), 'boxes': boxes(), 'crops': crops(),
           'elastic images': elastic_images()},
          open('geometry.json', 'w'), separators=(',', ':'))
