#!/bin/bash
# Fills a small tmpfs until a commit is refused, deletes, compacts, and fills it again.
# Usage: tests/Crash/real/small-disk.sh SIZE ROUNDS CHILD...   (CHILD: the command of the child)
# Exit codes: 0 all held; 1 not; 77 this machine cannot mount, with the reason.
set -u
size=$1 rounds=$2
shift 2
[ "$(id -u)" = 0 ] || { echo "cannot: not root"; exit 77; }
folder=$(mktemp -d)
trap 'umount "$folder" 2> /dev/null; rmdir "$folder"' EXIT
mount -t tmpfs -o "size=$size" tmpfs "$folder" 2> /dev/null || { echo "cannot: no mount"; exit 77; }
"$@" "$folder/full.kvcow" fill "$rounds" || exit 1
