#!/bin/bash
# Cuts the power of an ext4 in a file again and again while a process commits to it: the process is
# stopped, the file copied as the device would be found, and the copy mounted, so that the journal
# is replayed. All that was acknowledged is in every copy, and at most one record more.
# Usage: tests/Crash/real/power-cut.sh SEED CUTS CHILD...   (CHILD: the command of the child)
# Exit codes: 0 all held; 1 not; 77 this machine cannot do it, with the reason.
set -u
RANDOM=$1 cuts=$2
shift 2
[ "$(id -u)" = 0 ] || { echo "cannot: not root"; exit 77; }
command -v mkfs.ext4 > /dev/null || { echo "cannot: no mkfs.ext4"; exit 77; }
folder=$(mktemp -d)
writer=
clean() {
    if [ -n "$writer" ]; then kill -CONT "$writer"; kill -KILL "$writer"; wait "$writer"; fi
    umount "$folder/live" "$folder/copy"
    rm -rf "$folder"
} 2> /dev/null
trap clean EXIT
mkdir "$folder/live" "$folder/copy"
truncate -s 48M "$folder/live.img"
mkfs.ext4 -q -F -E lazy_itable_init=0 "$folder/live.img" || { echo "cannot: no mkfs.ext4"; exit 77; }
mount -o loop "$folder/live.img" "$folder/live" 2> /dev/null \
    || { echo "cannot: no loop device"; exit 77; }

acknowledged() { echo $(($(stat -c %s "$folder/acknowledged") / 4)); }

"$@" "$folder/live/cut.kvcow" 1000000 > "$folder/acknowledged" &
writer=$!
until [ "$(acknowledged)" -gt 0 ]; do
    kill -0 "$writer" 2> /dev/null || { echo "the writer ended"; exit 1; }
    sleep 0.05
done
for ((cut = 1; cut <= cuts; cut++)); do
    sleep "0.$((RANDOM % 900 + 100))"
    kill -STOP "$writer" || { echo "the writer ended"; exit 1; }
    # Until every thread has left the system call that it was in.
    while grep -qh '^State:.*[RDS] (' "/proc/$writer/task"/*/status; do :; done
    cp --sparse=always "$folder/live.img" "$folder/copy.img"
    known=$(acknowledged)
    kill -CONT "$writer"
    mount -o loop "$folder/copy.img" "$folder/copy" || { echo "cut $cut: no mount"; exit 1; }
    found=$("$@" "$folder/copy/cut.kvcow" check) || { echo "cut $cut: $found"; exit 1; }
    umount "$folder/copy"
    if [ "$found" -lt "$known" ] || [ "$found" -gt $((known + 1)) ]; then
        echo "cut $cut: $found records where $known were acknowledged"
        exit 1
    fi
done
echo "$cuts cuts, $known acknowledged at the last"
