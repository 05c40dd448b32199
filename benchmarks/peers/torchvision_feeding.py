"""Decodes and resizes JPEG files with torchvision, as torchvision's tutorials do: PIL, then Resize with antialiasing, then a tensor.

python3 benchmarks/peers/torchvision_feeding.py FOLDER SIZE THREADS

Debian: apt-get install python3-torchvision. Processes are used for several threads, as by torch's DataLoader.
"""
import os
import sys
import time

try:
    import torch
    from PIL import Image
    from torchvision import transforms
except ImportError as error:
    print(f"torchvision: skipped; {error}. On Debian: apt-get install python3-torchvision.")
    sys.exit(0)

folder, size, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)
transform = transforms.Compose([transforms.Resize((size, size)), transforms.PILToTensor(), transforms.ConvertImageDtype(torch.float32)])


class Files(torch.utils.data.Dataset):
    def __init__(self):
        self.paths = sorted(os.path.join(inside, name) for inside, _, names in os.walk(folder) for name in names)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        with Image.open(self.paths[index]) as image:
            return transform(image.convert("RGB"))


data = Files()
loader = torch.utils.data.DataLoader(data, batch_size=32, num_workers=threads if threads > 1 else 0)
best = 0
for _ in range(3):
    start = time.perf_counter()
    for _ in loader:
        pass
    best = max(best, len(data) / (time.perf_counter() - start))
print(f"torchvision, {threads} {'thread' if threads == 1 else 'processes'}: {best:.0f} images/s")
