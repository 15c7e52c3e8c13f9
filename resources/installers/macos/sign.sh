#!/bin/sh
# Sign what was frozen, the inner files first, on a macOS machine whose keychain holds the publisher's certificates.
#   sign.sh APP        MAC_SIGN_ID: Developer ID Application
# It has not run yet (docs/paquets.md).
set -eu
app=$1
find "$app/Contents" -type f \( -name '*.so' -o -name '*.dylib' \) -print0 |
    xargs -0 -n 50 codesign --force --timestamp --options runtime --sign "$MAC_SIGN_ID"
codesign --force --deep --timestamp --entitlements "$(dirname "$0")/entitlements.plist" --options runtime --sign "$MAC_SIGN_ID" "$app"
codesign --verify --deep --strict "$app"
