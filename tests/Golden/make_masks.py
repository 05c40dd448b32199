"""masks.json: the labels that Pillow 9.4 reads from masks (np.array of the image: palette indices and gray levels), and the labels after its resize with
NEAREST, which Keras' load_img(interpolation="nearest") uses. Masks are files of images/ and those that this script writes to masks/.
Gray of 1, 2 and 4 bits, which Pillow scales to 255, is divided again. Run: python3 make_masks.py"""
import json
import os

import numpy as np
from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = [(7, 9), (3, 4), (5, 20), (14, 6), (1, 1)]
COLORS = [(0, 0, 0), (128, 0, 0), (0, 128, 0), (224, 224, 192)]
random = np.random.RandomState(9)
cases = []


def case(file, levels=1, table=None, upright=False):
    with Image.open(os.path.join(HERE, file)) as image:
        image.load()
        if upright:
            image = ImageOps.exif_transpose(image)
        if table:
            rgb = np.array(image.convert("RGB"))
            labels = np.full(rgb.shape[:2], -1)
            for label, color in enumerate(table):
                labels[(rgb == color).all(2)] = label
        else:
            labels = np.array(image).astype(int)
            labels = labels[..., 0] if labels.ndim == 3 else labels
        labels = labels // levels
    assert labels.min() >= 0
    resized = Image.fromarray(labels.astype(np.int32), "I")
    cases.append({"file": file, "colors": table, "height": labels.shape[0], "width": labels.shape[1], "labels": labels.reshape(-1).tolist(), "resized": [
        {"height": h, "width": w, "labels": np.array(resized.resize((w, h), Image.NEAREST)).reshape(-1).tolist()} for h, w in SIZES]})


def path(name):
    return os.path.join(HERE, "masks", name)


os.makedirs(os.path.join(HERE, "masks"), exist_ok=True)
indices = random.randint(0, 4, (11, 8)).astype(np.uint8)
voc = Image.fromarray(indices, "P")
voc.putpalette([value for color in COLORS for value in color])
voc.save(path("palette-4-colors.png"))
voc.save(path("palette-2-bits.png"), bits=2)
voc.save(path("palette-transparent.png"), transparency=0)
exif = Image.Exif()
exif[0x0112] = 6
voc.save(path("palette-turned.png"), exif=exif)
Image.fromarray((indices * 15000).astype(np.uint16)).save(path("gray-16.png"))
Image.fromarray(indices > 1).save(path("bits.png"))
Image.fromarray(np.repeat(indices[..., None], 3, 2)).save(path("gray-as-rgb.png"))
Image.fromarray(np.dstack([indices, np.full_like(indices, 255)]), "LA").save(path("gray-opaque.png"))
for name, options in (("colors.png", {}), ("colors.bmp", {}), ("colors.webp", {"lossless": True})):
    voc.convert("RGB").save(path(name), **options)
voc.save(path("colors.gif"))

for name in ("grey.png", "grey-key.png", "grey-1.png", "grey-2.png", "grey-4.png", "palette.png", "palette-1.png", "palette-2.png", "palette-4.png",
             "palette-transparency.png", "palette-interlaced.png", "palette-gamma.png"):
    case(f"images/{name}", levels={"grey-2.png": 85, "grey-4.png": 17}.get(name, 1))
for name in ("palette-4-colors.png", "palette-2-bits.png", "palette-transparent.png", "gray-16.png", "bits.png", "gray-as-rgb.png", "gray-opaque.png"):
    case(f"masks/{name}")
case("masks/palette-turned.png", upright=True)
for name in ("colors.png", "colors.bmp", "colors.webp", "colors.gif", "palette-4-colors.png"):
    case(f"masks/{name}", table=COLORS)
with open(os.path.join(HERE, "masks.json"), "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
