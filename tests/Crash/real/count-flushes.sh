#!/bin/sh
# Counts the flushes of 1,000 one-record commits of a real process, with strace: at most 1,020.
# Usage: tests/Crash/real/count-flushes.sh  (from the root of the repository, after a build)
set -eu
child=$(find artifacts/bin/KvCow.Tests.Crash.Child -name KvCow.Tests.Crash.Child.dll | head -n 1)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
strace -f -c -o "$directory/calls" -e trace=fdatasync,fsync,sync_file_range \
    dotnet exec "$child" "$directory/counted.kvcow" 1000 > "$directory/acknowledged"
records=$(($(wc -c < "$directory/acknowledged") / 4))
flushes=$(awk '$NF ~ /sync/ { sum += $4 } END { print sum + 0 }' "$directory/calls")
echo "$records commits, $flushes flushes"
[ "$records" -eq 1000 ] && [ "$flushes" -le 1020 ]
