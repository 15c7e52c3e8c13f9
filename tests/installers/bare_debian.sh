#!/bin/sh
# Try the packages as a firm's IT does: install, check, update under an open window, rehearse, purge. In a Debian without
# Python or compiler, as root:
#   sh bare_debian.sh [--no-recommends] FOLDER-OF-THE-PACKAGES [FOLDER for the pictures]
# The first thing that does not hold ends it with status 1. test_packages.py makes such a Debian and calls this.
set -eu
recommends=yes
[ "$1" != --no-recommends ] || { recommends=no; shift; }
here=$(realpath "$1")
pictures=${2:-/tmp/comptexpert-tour}
desktop=$(ls "$here"/comptexpert-desktop_*.deb)
rehearsal=$(ls "$here"/comptexpert-rehearsal_*.deb)
lib=/usr/lib/comptexpert-desktop
person=claire
home=/home/$person
data=$home/.local/share/comptexpert

say() { printf '  %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
become() { exec setpriv --reuid "$person" --regid "$person" --init-groups env -i HOME="$home" USER="$person" LANG=C.UTF-8 PATH=/usr/bin:/bin QT_QPA_PLATFORM=offscreen "$@"; }
as_person() { (become "$@"); }
in_session() { # with a session bus and an unlocked keyring, as a desktop gives them
    as_person dbus-run-session -- sh -c 'printf "phrase" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"' sh "$@"
}
checks() { tr '{' '\n' <"$1" | grep '"check"' | grep -v '"ok": true' | sed 's/.*"check": "\([a-z]*\)".*/\1/' | sort | tr '\n' ' '; }
install_() {
    options=
    [ "$recommends" = yes ] || options=--no-install-recommends
    apt-get -qq install -y $options "$@" </dev/null >/tmp/install.log 2>&1 || { tail -n 20 /tmp/install.log; fail "apt did not install $*"; }
    ! grep -iqE 'configuration file|\[Y/n\]|\?$' /tmp/install.log || fail "apt asked something"
}
wait_for() { # a command, what it means
    tries=0
    until eval "$1" >/dev/null 2>&1; do
        tries=$((tries + 1)); [ "$tries" -lt 300 ] || { cat /tmp/window.log; fail "$2"; }
        sleep 0.2
    done
}
running_from() { for program in /proc/[0-9]*/exe; do readlink "$program" 2>/dev/null; done | grep -q "^$lib/versions/$1/"; }

for absent in python3 gcc cc; do
    command -v "$absent" >/dev/null 2>&1 && fail "$absent is here: this is no bare Debian"
done
# A system in a box often leaves documentation out: what the package says it holds would then not be there.
rm -f /etc/dpkg/dpkg.cfg.d/docker /etc/dpkg/dpkg.cfg.d/excludes

apt-get -qq update
install_ "$desktop"
dpkg --verify comptexpert-desktop | grep . && fail "files differ from the package"
say "installed without a question, recommended packages: $recommends; $(dpkg-query -W -f='${Version}, ${Installed-Size} kB' comptexpert-desktop)"
command -v python3 >/dev/null 2>&1 && fail "the package brought a Python with it"
for file in man/man1/comptexpert-desktop.1.gz bash-completion/completions/comptexpert-desktop metainfo/fr.comptexpert.desktop.metainfo.xml; do
    [ -s "/usr/share/$file" ] || fail "/usr/share/$file"
done

id "$person" >/dev/null 2>&1 || useradd --create-home "$person"
as_person comptexpert-desktop --version >/tmp/version || fail "--version"
say "$(cat /tmp/version), from $(readlink -f /usr/bin/comptexpert-desktop)"
grep -q '^MimeType=x-scheme-handler/comptexpert;$' /usr/share/applications/fr.comptexpert.desktop.desktop || fail "the links of pages are not registered"

if [ "$recommends" = yes ]; then
    in_session comptexpert-desktop self-check --json >/tmp/check.json 2>/dev/null || true
    [ "$(checks /tmp/check.json)" = "server " ] || { cat /tmp/check.json; fail "self-check: not all but the server"; }
    say "self-check: all but the server, with the Secret Service"
fi
as_person comptexpert-desktop self-check --json >/tmp/check.json 2>/dev/null || true
[ "$(checks /tmp/check.json)" = "server vault " ] || { cat /tmp/check.json; fail "self-check without a keyring"; }
say "without a session bus the keyring is told to be absent; Qt: $(tr '{' '\n' </tmp/check.json | sed -n 's/.*"check": "qt".*"detail": "\([^"]*\)".*/\1/p')"

as_person comptexpert-desktop demo >/tmp/demo.log 2>&1 && fail "a rehearsal without its package"
grep -q REHEARSAL_ABSENT /tmp/demo.log || { cat /tmp/demo.log; fail "the absent rehearsal is not told"; }
say "without its package the rehearsal is told to be absent"

become comptexpert-desktop --server http://127.0.0.1:9 >/tmp/window.log 2>&1 &
window=$!
wait_for "ls $data/*.sock" "the window does not start"
as_person comptexpert-desktop --server http://127.0.0.1:9 comptexpert:inscription || fail "the second start did not find the first window"
[ -e "/proc/$window" ] || fail "the first window is gone"
say "one window for a session"

before=$(basename "$(readlink "$lib/current")")
dpkg-deb -R "$desktop" /tmp/newer
sed -i 's/^Version: .*/Version: 99.0/' /tmp/newer/DEBIAN/control
echo "99.0+newer" >"/tmp/newer$lib/package/BUILD"
(cd /tmp/newer && find . -type f ! -path './DEBIAN/*' | sed 's,^\./,,' | xargs -d '\n' md5sum) >/tmp/sums && mv /tmp/sums /tmp/newer/DEBIAN/md5sums
dpkg-deb --root-owner-group -Znone -b /tmp/newer /tmp/newer.deb >/dev/null
install_ /tmp/newer.deb
[ -e "$lib/versions/$before/comptexpert-desktop" ] || fail "the folder of the open window is gone"
[ -e "/proc/$window" ] || fail "the window did not survive the update"
become comptexpert-desktop --server http://127.0.0.1:9 >>/tmp/window.log 2>&1 &
newer=$!
wait "$window" || { cat /tmp/window.log; fail "the window did not end in order"; }
wait_for "running_from 99.0+newer && ls $data/*.sock" "the new version does not take over"
say "an update under an open window: $before stays until a start of 99.0 takes over"

apt-get -qq install -y --allow-downgrades "$desktop" </dev/null >/tmp/install.log 2>&1 || { tail -n 20 /tmp/install.log; fail "the way back"; }
[ "$(basename "$(readlink "$lib/current")")" = "$before" ] || fail "the link does not name $before"
become comptexpert-desktop --server http://127.0.0.1:9 >>/tmp/window.log 2>&1 &
again=$!
wait "$newer" || { cat /tmp/window.log; fail "the newer window did not end in order"; }
wait_for "running_from $before && ls $data/*.sock" "the version gone back to does not take over"
kill -TERM "$again"
wait "$again" || { cat /tmp/window.log; fail "the window did not end in order"; }
say "and a way back the same"

install_ "$rehearsal"
[ ! -e "$lib/versions/99.0+newer" ] || fail "a version that nobody runs stays"
install -d -m 755 /etc/comptexpert
printf '{"server_url": "https://comptexpert.example"}' >/etc/comptexpert/policies.json
as_person comptexpert-desktop show-policy --json >/tmp/policy.json || { cat /tmp/policy.json; fail "a right policy is not taken"; }
as_person comptexpert-desktop --server http://127.0.0.1:9 outbox >/dev/null 2>&1 && fail "an imposed server is not imposed"
say "a policy imposes the server"
install -d -o "$person" "$pictures"
as_person comptexpert-desktop demo --tour "$pictures" --entries 3000 >/tmp/tour.log 2>&1 || { tail -n 20 /tmp/tour.log; fail "the tour"; }
grep -q '"ok": false' "$pictures/tour.json" && fail "a step of the tour"
say "the tour, under that policy: $(grep -c '"ok": true' "$pictures/tour.json") steps hold, $(ls "$pictures" | grep -c png) pictures"

rm -r /etc/comptexpert

for package in comptexpert-rehearsal comptexpert-desktop; do
    dpkg -L "$package" | while read -r path; do [ -d "$path" ] && [ ! -L "$path" ] || echo "$path"; done >>/tmp/files
done
[ "$(wc -l </tmp/files)" -gt 100 ] || fail "the list of the packages' files is short"
ls "$data" >/tmp/kept
apt-get -qq purge -y comptexpert-rehearsal </dev/null >/tmp/remove.log 2>&1 || { tail -n 20 /tmp/remove.log; fail "apt did not remove the rehearsal"; }
[ ! -e "$lib/current/comptexpert-rehearsal" ] || fail "the rehearsal stays"
as_person comptexpert-desktop --version >/dev/null || fail "the application without its rehearsal"
apt-get -qq purge -y comptexpert-desktop </dev/null >/tmp/remove.log 2>&1 || { tail -n 20 /tmp/remove.log; fail "apt did not remove it"; }
while read -r path; do [ ! -e "$path" ] && [ ! -L "$path" ] || fail "$path stays"; done </tmp/files
[ ! -e "$lib" ] || fail "$lib stays: $(find "$lib" | head -n 3)"
ls "$data" | cmp -s - /tmp/kept && [ -s /tmp/kept ] || fail "the person's files changed"
say "purged: $(wc -l </tmp/files) files gone, the person's kept: $(tr '\n' ' ' </tmp/kept)"
echo "everything holds"
