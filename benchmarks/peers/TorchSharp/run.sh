#!/usr/bin/env bash
# Measures TorchSharp: run.sh prepare | run.sh train|infer NETWORK BATCH THREADS SECONDS
# TorchSharp 0.107 requires a newer C++ runtime (GLIBCXX_3.4.32) than Debian 12 has. On such a machine, prepare marks this version
# requirement as weak, in a copy of the native library, and supplies the only symbol that needs it.
set -euo pipefail
cd "$(dirname "$0")"
bin=$PWD/bin/Release/net10.0
if [[ $1 == prepare ]]; then
  log=$(dotnet build -c Release -v q --nologo) || { echo "$log" >&2; exit 1; }
  runtime=$(ldconfig -p 2>/dev/null | awk '/libstdc\+\+\.so\.6 .*x86-64/ {print $NF; exit}')
  if [[ -n $runtime ]] && ! grep -q GLIBCXX_3.4.32 "$runtime"; then
    python3 weaken.py "$bin/runtimes/linux-x64/native/libLibTorchSharp.so" GLIBCXX_3.4.32
    echo 'void _ZSt21ios_base_library_initv(void) {}' | cc -shared -fPIC -x c -o "$bin/shim.so" -
  fi
  exit
fi
[[ -f $bin/shim.so ]] && export LD_PRELOAD=$bin/shim.so
export TORCH_CPP_LOG_LEVEL=ERROR  # otherwise it may warn in every step that NNPACK is missing
# libtorch allocates large buffers in every step. By default, glibc returns them to the system each time. Where page faults are expensive
# (virtual machines), this makes libtorch three to seven times slower, so glibc is told to keep the memory.
export GLIBC_TUNABLES=glibc.malloc.mmap_threshold=4000000000:glibc.malloc.trim_threshold=8000000000:glibc.malloc.top_pad=268435456
exec dotnet "$bin/TorchSharpPeer.dll" "$@"
