#!/usr/bin/env bash
# Runs a command on a slower network: in a network namespace with its own loopback interface, which carries RATE at most.
#
#   benchmarks/network.sh RATE COMMAND...
#   benchmarks/network.sh 2gbit benchmarks/run.sh exchange --tcp --link 1 --processes 2
#
# RATE is that of tc (500mbit, 2gbit), or "none" for the loopback as it is. The loopback carries the messages of all processes in both
# directions. So n processes, each with a link of 1 Gbit/s for sending and one for receiving, are RATE = n gbit.
# The command must send its messages by TCP: MPI uses shared memory between the processes of one machine unless it is told not to
# (benchmarks/README.md has the options). It sees no other network.
#
# Needs Linux, iproute2 (ip and tc) and util-linux (unshare). Root may always use it; other users need user namespaces. The namespace has
# no name and ends with the last process in it, so nothing is left behind and the interfaces of the machine are not touched.
set -euo pipefail

fail() { printf 'benchmarks/network.sh: %s\n' "$1" >&2; exit 2; }

[[ $# -ge 2 ]] || fail "expected a rate and a command, as in: benchmarks/network.sh 2gbit mpirun -n 2 hostname"
for tool in ip tc unshare; do
  command -v "$tool" >/dev/null || fail "$tool is missing. Install iproute2 and util-linux (Debian: apt-get install iproute2 util-linux)."
done

if unshare --net true 2>/dev/null; then
  namespace=(unshare --net)
elif unshare --map-root-user --net true 2>/dev/null; then
  namespace=(unshare --map-root-user --net)
else
  fail "this system permits no network namespaces. Run it as root (in Docker: --privileged), or allow user namespaces."
fi

# Within the namespace the command runs as root, which Open MPI refuses by default.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
exec "${namespace[@]}" bash -euo pipefail -c '
  ip link set lo up || { echo "benchmarks/network.sh: the loopback interface cannot be started." >&2; exit 2; }
  if [[ $1 != none ]]; then
    tc qdisc add dev lo root tbf rate "$1" burst 512kb latency 50ms ||
      { echo "benchmarks/network.sh: the rate \"$1\" cannot be set: it is no rate of tc, or the kernel has no token bucket filter." >&2; exit 2; }
  fi
  shift
  exec "$@"' network "$@"
