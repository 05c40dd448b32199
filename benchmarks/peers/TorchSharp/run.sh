#!/usr/bin/env bash
# TorchSharp on this machine's cores: run.sh prepare | run.sh train|infer NETWORK BATCH THREADS SECONDS
# TorchSharp 0.107 asks for a newer C++ runtime (GLIBCXX_3.4.32) than Debian 12 has. On such a machine prepare marks that one
# version need of its own copy of the native library as weak and supplies the single symbol behind it.
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
export TORCH_CPP_LOG_LEVEL=ERROR  # else it may warn in every step that there is no NNPACK
# libtorch asks for large buffers anew at every step. Left to itself, glibc gives them back to the system each time, and where page faults
# are dear (virtual machines) that makes libtorch three to seven times slower; so let glibc keep them.
export GLIBC_TUNABLES=glibc.malloc.mmap_threshold=4000000000:glibc.malloc.trim_threshold=8000000000:glibc.malloc.top_pad=268435456
exec dotnet "$bin/TorchSharpPeer.dll" "$@"
