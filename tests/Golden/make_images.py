"""Small pictures in every form that people have, and what Pillow 9.4 makes of them: red, green and blue over white, row after row.

Where Pillow itself is known to be wrong (16 bits a channel in grey are cut at 255) the value is computed here. Run: python3 make_images.py
"""
import json
import os
import struct
import zlib

import numpy as np
from PIL import Image

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images")
HEIGHT, WIDTH = 7, 9
random = np.random.RandomState(5)
rgb = random.randint(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
smooth = np.stack([np.add.outer(np.arange(HEIGHT) * 20, np.arange(WIDTH) * 9), np.add.outer(np.arange(HEIGHT) * 5, np.arange(WIDTH) * 20),
                   np.full((HEIGHT, WIDTH), 90)], 2).astype(np.uint8)
alpha = random.randint(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
alpha[0, :4] = [0, 255, 1, 254]
grey = rgb[..., 0]
expected = {}


def over_white(image):
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image.getchannel("A"))
    return np.array(white)


def keep(name, pixels=None):
    if pixels is None:
        with Image.open(os.path.join(FOLDER, name)) as image:
            pixels = over_white(image)
    expected[name] = {"height": pixels.shape[0], "width": pixels.shape[1], "rgb": pixels.astype(np.uint8).tobytes().hex()}


def save(image, name, **options):
    image.save(os.path.join(FOLDER, name), **options)
    keep(name)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(name, bits, color, rows, *extra, interlaced=False, pixels=None):
    """Writes a PNG chunk by chunk: rows are bytes without their filter."""
    body = b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, color, 0, 0, int(interlaced))
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b""))
    keep(name, pixels)


def adam7(pixels):
    """The seven passes of an interlaced PNG, as rows of bytes."""
    for y0, x0, dy, dx in ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)):
        part = pixels[y0::dy, x0::dx]
        if part.size:
            for row in part:
                yield row.tobytes()


os.makedirs(FOLDER, exist_ok=True)
save(Image.fromarray(((grey > 128) * 255).astype(np.uint8)).convert("1"), "bits.png")
save(Image.fromarray(grey), "grey.png")
save(Image.fromarray(np.stack([grey, alpha], 2), "LA"), "grey-alpha.png")
save(Image.fromarray(rgb), "rgb.png")
save(Image.fromarray(np.dstack([rgb, alpha])), "rgba.png")
palette = Image.fromarray(rgb).quantize(16)
save(palette, "palette.png")
save(palette, "palette-transparency.png", transparency=bytes([0, 128, 255, 7, 250]))
save(palette, "palette-one-transparent.png", transparency=3)
save(Image.fromarray(rgb), "rgb-key.png", transparency=tuple(int(v) for v in rgb[2, 3]))
save(Image.fromarray(grey), "grey-key.png", transparency=int(grey[1, 1]))
gamma = chunk(b"gAMA", struct.pack(">I", 100000))
srgb = chunk(b"sRGB", b"\0")
wide = chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))
png("rgb-gamma.png", 8, 2, [row.tobytes() for row in rgb], gamma)
png("rgb-srgb.png", 8, 2, [row.tobytes() for row in rgb], srgb)
png("rgb-chromaticities.png", 8, 2, [row.tobytes() for row in rgb], gamma, wide)
table = chunk(b"PLTE", random.randint(0, 256, 48).astype(np.uint8).tobytes())
indices = random.randint(0, 16, (HEIGHT, WIDTH)).astype(np.uint8)
png("palette-gamma.png", 8, 3, [row.tobytes() for row in indices], gamma, table)
png("palette-gamma-transparency.png", 8, 3, [row.tobytes() for row in indices], gamma, table, chunk(b"tRNS", bytes([0, 90, 255, 200])))
png("grey-gamma-key.png", 8, 0, [row.tobytes() for row in grey], gamma, chunk(b"tRNS", struct.pack(">H", int(grey[1, 1]))))
png("rgba-gamma.png", 8, 6, [row.tobytes() for row in np.dstack([rgb, alpha])], gamma)
png("rgb-interlaced.png", 8, 2, adam7(rgb), interlaced=True)
png("rgba-interlaced.png", 8, 6, adam7(np.dstack([rgb, alpha])), interlaced=True)
png("palette-interlaced.png", 8, 3, adam7(indices), table, interlaced=True)
high = random.randint(0, 65536, (HEIGHT, WIDTH, 3)).astype(">u2")
png("rgb-16.png", 16, 2, [row.tobytes() for row in high])
png("grey-16.png", 16, 0, [row.tobytes() for row in high[..., 0]], pixels=np.repeat(high[..., :1] >> 8, 3, 2))
for bits in (1, 2, 4):
    values = indices % (1 << bits)
    packed = [np.packbits(np.unpackbits(row[:, None], axis=1)[:, 8 - bits:].reshape(-1)).tobytes() for row in values]
    png(f"grey-{bits}.png", bits, 0, packed, pixels=np.repeat((values * (255 // ((1 << bits) - 1)))[..., None], 3, 2))
    png(f"palette-{bits}.png", bits, 3, packed, table)

for name, options in (("grey.jpg", {}), ("ycc-444.jpg", {"subsampling": 0}), ("ycc-420.jpg", {"subsampling": 2}), ("progressive.jpg", {"progressive": True}),
                      ("cmyk.jpg", {}), ("rgb.jpg", {"quality": 90})):
    source = Image.fromarray(smooth)
    source = source.convert("L") if name == "grey.jpg" else source.convert("CMYK") if name == "cmyk.jpg" else source
    save(source, name, **{"quality": 95, **options})
save(Image.fromarray(rgb), "lossless.webp", lossless=True)
save(Image.fromarray(np.dstack([rgb, alpha])), "lossless-alpha.webp", lossless=True, exact=True)
save(Image.fromarray(smooth), "lossy.webp", quality=95)
frames = [Image.fromarray(rgb), Image.fromarray(255 - rgb)]
frames[0].save(os.path.join(FOLDER, "animated.webp"), save_all=True, append_images=frames[1:], lossless=True)
keep("animated.webp")
frames[0].save(os.path.join(FOLDER, "animated.png"), save_all=True, append_images=frames[1:])
keep("animated.png")
indexed = [frame.quantize(16) for frame in frames]
indexed[0].save(os.path.join(FOLDER, "animated.gif"), save_all=True, append_images=indexed[1:])
keep("animated.gif")
save(palette, "still.gif", interlace=0)
save(palette, "interlaced.gif", interlace=1)
save(palette, "transparent.gif", transparency=2)
for mode in ("1", "L", "P", "RGB"):
    save(Image.fromarray(rgb).convert(mode), f"{mode.lower()}.bmp")
with open(os.path.join(os.path.dirname(FOLDER), "images.json"), "w", encoding="utf-8") as file:
    json.dump(expected, file, indent=0, sort_keys=True)
    file.write("\n")
