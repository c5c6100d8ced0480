#!/usr/bin/env bash
# Installs the databases that KvCow is measured beside, on Debian or Ubuntu. Run as root.
# What cannot be had is named at the end; the benchmark names it again in its output.
set -u
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
for package in liblmdb0 libsqlite3-0 lmdb-utils strace; do
    apt-get install -q -y --no-install-recommends "$package"
done

# The C library carries its version in its name; take the newest that there is.
rocksdb=$(apt-cache search --names-only '^librocksdb[0-9]' | awk '{ print $1 }' | sort -V | tail -1)
[ -n "$rocksdb" ] && apt-get install -q -y --no-install-recommends "$rocksdb"

missing=0
for library in liblmdb.so.0 librocksdb.so libsqlite3.so.0; do
    if /sbin/ldconfig -p | grep -q "$library"; then
        echo "found $(/sbin/ldconfig -p | grep -m 1 "$library" | sed 's/.*=> //')"
    else
        echo "MISSING $library"
        missing=1
    fi
done
exit $missing
