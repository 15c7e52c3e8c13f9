#!/bin/sh
# Try the package as a firm's IT does: install, check, rehearse, remove. In a Debian 12 without Python or compiler, as root:
#   sh bare_debian.sh comptexpert-desktop_VERSION_amd64.deb [FOLDER for the pictures]
# The first thing that does not hold ends it with status 1. test_bare_debian.py makes such a Debian and calls this.
set -eu
deb=$(realpath "$1")
pictures=${2:-/tmp/comptexpert-tour}
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

for absent in python3 gcc cc; do
    command -v "$absent" >/dev/null 2>&1 && fail "$absent is here: this is no bare Debian"
done
# A system in a box often leaves documentation out: what the package says it holds would then not be there.
rm -f /etc/dpkg/dpkg.cfg.d/docker /etc/dpkg/dpkg.cfg.d/excludes

apt-get -qq update
apt-get -qq install -y "$deb" </dev/null >/tmp/install.log 2>&1 || { tail -n 20 /tmp/install.log; fail "apt did not install it"; }
grep -iqE 'configuration file|\[Y/n\]|\?$' /tmp/install.log && fail "apt asked something"
dpkg --verify comptexpert-desktop | grep . && fail "files differ from the package"
say "installed without a question: $(dpkg-query -W -f='${Version}, ${Installed-Size} kB' comptexpert-desktop)"
command -v python3 >/dev/null 2>&1 && fail "the package brought a Python with it"

id "$person" >/dev/null 2>&1 || useradd --create-home "$person"
as_person comptexpert-desktop --version >/tmp/version || fail "--version"
say "$(cat /tmp/version)"
grep -q '^MimeType=x-scheme-handler/comptexpert;$' /usr/share/applications/fr.comptexpert.desktop.desktop || fail "the links of pages are not registered"

in_session comptexpert-desktop self-check --json >/tmp/check.json 2>/dev/null || true
[ "$(checks /tmp/check.json)" = "server " ] || { cat /tmp/check.json; fail "self-check: not all but the server"; }
say "self-check: all but the server, with the Secret Service"
as_person comptexpert-desktop self-check --json >/tmp/check.json 2>/dev/null || true
[ "$(checks /tmp/check.json)" = "server vault " ] || { cat /tmp/check.json; fail "self-check without a keyring"; }
say "without a session bus the keyring is told to be absent"

become comptexpert-desktop --server http://127.0.0.1:9 >/tmp/window.log 2>&1 &
window=$!
tries=0
until ls "$data"/*.sock >/dev/null 2>&1; do
    tries=$((tries + 1)); [ "$tries" -lt 150 ] || { cat /tmp/window.log; fail "the window does not start"; }
    sleep 0.2
done
as_person comptexpert-desktop --server http://127.0.0.1:9 comptexpert:inscription || fail "the second start did not find the first window"
kill -TERM "$window"
wait "$window" || { cat /tmp/window.log; fail "the window did not end in order"; }
say "one window for a session, which ends with it"

install -d -o "$person" "$pictures"
as_person comptexpert-desktop demo --tour "$pictures" --entries 3000 >/tmp/tour.log 2>&1 || { tail -n 20 /tmp/tour.log; fail "the tour"; }
grep -q '"ok": false' "$pictures/tour.json" && fail "a step of the tour"
say "the tour: $(grep -c '"ok": true' "$pictures/tour.json") steps hold, $(ls "$pictures" | grep -c png) pictures"

dpkg -L comptexpert-desktop | while read -r path; do [ -d "$path" ] && [ ! -L "$path" ] || echo "$path"; done >/tmp/files
[ "$(wc -l </tmp/files)" -gt 100 ] || fail "the list of the package's files is short"
ls "$data" >/tmp/kept
apt-get -qq remove -y comptexpert-desktop </dev/null >/tmp/remove.log 2>&1 || { tail -n 20 /tmp/remove.log; fail "apt did not remove it"; }
while read -r path; do [ ! -e "$path" ] && [ ! -L "$path" ] || fail "$path stays"; done </tmp/files
[ ! -e /opt/comptexpert ] || fail "/opt/comptexpert stays: $(find /opt/comptexpert | head -n 3)"
ls "$data" | cmp -s - /tmp/kept && [ -s /tmp/kept ] || fail "the person's files changed"
say "removed: $(wc -l </tmp/files) files gone, the person's kept: $(tr '\n' ' ' </tmp/kept)"
echo "everything holds"
