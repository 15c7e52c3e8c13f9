#!/bin/sh
# Run a command in a bare Debian, without Python or compiler, that is thrown away afterwards; as root:
#   sh bare_tree.sh [--suite trixie] FOLDER-FOR-TREES FOLDER-TO-COPY-IN COMMAND…
# The tree, of Debian 12 (bookworm) where no other is named, is made once by debootstrap and copied for each run; it has
# the package sources and certificates of the host.
set -eu
suite=bookworm
[ "$1" != --suite ] || { suite=$2; shift 2; }
trees=$1 inside=$2
shift 2
base=$trees/$suite
run=$trees/run.$$
if [ ! -e "$base/.complete" ]; then
    rm -rf "$base"
    mkdir -p "$base"
    source=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null | grep -E '^(URIs:|deb )' | grep -oE 'https?://[^ ]+' | grep -v security | head -n 1 || true)
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$base" $source >"$trees/debootstrap.log" 2>&1 || { tail -n 5 "$trees/debootstrap.log" >&2; exit 1; }
    rm -f "$base/etc/apt/sources.list"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/apt.conf.d/*registry* /etc/apt/apt.conf.d/*proxy*; do
        [ ! -e "$file" ] || cp -f --parents "$file" "$base"
    done
    host=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    find "$base/etc/apt" -name '*.list' -o -name '*.sources' | while read -r file; do sed -i "s/\b$host\b/$suite/g" "$file"; done
    cp -rf /etc/ssl/certs "$base/etc/ssl/"
    touch "$base/.complete"
fi
trap 'umount -l "$run/proc" "$run/dev" 2>/dev/null; rm -rf --one-file-system "$run"' EXIT
cp -a "$base" "$run"
cp -L /etc/resolv.conf "$run/etc/resolv.conf" 2>/dev/null || true
grep -v '^127' /etc/hosts >>"$run/etc/hosts" 2>/dev/null || true
mount -t proc proc "$run/proc"
mount --rbind /dev "$run/dev"
mount --make-rslave "$run/dev"
cp -a "$inside" "$run/try"
chroot "$run" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 sh -c 'cd /try && exec "$@"' sh "$@"
