#!/bin/sh
# The .pkg, on a macOS machine, after `python -m resources.installers`; signing is skipped where no identity is given.
#   pack.sh VERSION DIST        MAC_INSTALLER_ID: Developer ID Installer; MAC_NOTARY_PROFILE: a notarytool profile
# It has not run yet (docs/paquets.md).
set -eu
version=$1 dist=$2
app=$dist/Comptexpert.app
package=$dist/comptexpert-desktop-$version.pkg
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir "$root/files"
cp -R "$app" "$root/files/"
pkgbuild --root "$root/files" --component-plist "$(dirname "$0")/components.plist" --install-location /Applications \
    --identifier fr.comptexpert.desktop --version "$version" "$root/application.pkg"
if [ -n "${MAC_INSTALLER_ID:-}" ]; then
    productbuild --package "$root/application.pkg" --sign "$MAC_INSTALLER_ID" "$package"
else
    productbuild --package "$root/application.pkg" "$package"
fi
if [ -n "${MAC_NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$package" --keychain-profile "$MAC_NOTARY_PROFILE" --wait
    xcrun stapler staple "$package"
fi
shasum -a 256 "$package"
