#!/usr/bin/env bash
# Starts a program that measures torchvision: run.sh augmentation.py|feeding.py ARGUMENTS (Debian: apt-get install python3-torchvision).
# Exit code 3: torchvision is not installed.
set -euo pipefail
cd "$(dirname "$0")"
/usr/bin/python3 -c 'import torchvision' 2>/dev/null || exit 3
exec /usr/bin/python3 "$@"
