#!/bin/sh
# The .pkg, on a macOS machine, after `python -m resources.installers`; signing is skipped where no identity is given.
#   pack.sh VERSION DIST        MAC_INSTALLER_ID: Developer ID Installer; MAC_NOTARY_PROFILE: a notarytool profile
# It has not run yet (docs/paquets.md).
set -eu
version=$1 dist=$2
app=$dist/Comptexpert.app
package=$dist/comptexpert-desktop-$version.pkg
if [ -n "${MAC_INSTALLER_ID:-}" ]; then
    productbuild --component "$app" /Applications --sign "$MAC_INSTALLER_ID" "$package"
else
    productbuild --component "$app" /Applications "$package"
fi
if [ -n "${MAC_NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$package" --keychain-profile "$MAC_NOTARY_PROFILE" --wait
    xcrun stapler staple "$package"
fi
shasum -a 256 "$package"
