"""Images per second that torchvision decodes and resizes: feeding.py FOLDER SIZE THREADS IMAGES.

The first line of the output is a JSON object with the version. Then each line of the input is answered by the images per second of one pass: "PIL" opens files
with the Python Imaging Library and resizes with it, "tensors" uses torchvision.io.decode_jpeg and Resize with antialiasing. Both give float32 tensors. Several
threads are processes of a DataLoader; one thread is this process.
"""
import json
import os
import sys
import time

import torch
import torchvision
from PIL import Image
from torchvision import io, transforms

folder, size, threads, limit = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(1)
convert = transforms.ConvertImageDtype(torch.float32)
paths = sorted(os.path.join(inside, name) for inside, _, names in os.walk(folder) for name in names)
limit = min(limit, len(paths))
paths = [paths[i * len(paths) // limit] for i in range(limit)]


class Files(torch.utils.data.Dataset):
    def __init__(self, way):
        resize = transforms.Resize((size, size), antialias=True)
        self.read = {
            'PIL': transforms.Compose([self.open, transforms.Resize((size, size)), transforms.PILToTensor(), convert]),
            'tensors': transforms.Compose([io.read_file, lambda data: io.decode_jpeg(data, mode=io.ImageReadMode.RGB), resize, convert]),
        }[way]

    @staticmethod
    def open(path):
        with Image.open(path) as image:
            return image.convert('RGB')

    def __len__(self):
        return len(paths)

    def __getitem__(self, index):
        return self.read(paths[index])


processes = threads if threads > 1 else 0
loaders = {
    way: torch.utils.data.DataLoader(Files(way), batch_size=16, num_workers=processes, persistent_workers=processes > 0) for way in ('PIL', 'tensors')
}
print(json.dumps({'peer': f'torchvision {torchvision.__version__}'}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in loaders[line.rstrip('\n')]:
        pass
    print(len(paths) / (time.perf_counter() - start), flush=True)
