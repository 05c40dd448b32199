"""Writes tests/Golden/archives/zip64.zip: two images in a zip file with 64-bit sizes, written by Python's zipfile.

python3 tests/Golden/make_archives.py
"""
import io
import os
import zipfile

from PIL import Image

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "archives"))


def image(level):
    data = io.BytesIO()
    Image.new("L", (4, 4), level).save(data, "PNG")
    return data.getvalue()


# Every size and position counts as too large for 32 bits, in the entries and at the end of the file.
zipfile.ZIP64_LIMIT = 0
with zipfile.ZipFile("zip64.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for name, level in (("dark/1.png", 30), ("light/1.png", 220)):
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), image(level))
