#!/bin/sh
# Open the publisher's certificates in a keychain of this run alone; on a runner that is thrown away afterwards.
#   MAC_CERTIFICATES: a PKCS#12 in base64, both Developer ID certificates; MAC_CERTIFICATES_PASSWORD: its password
#   MAC_NOTARY_KEY: an App Store Connect key in base64; MAC_NOTARY_KEY_ID, MAC_NOTARY_ISSUER: who it is
# It has not run yet (docs/paquets.md).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
keychain=$folder.keychain-db
password=$(openssl rand -hex 24)
printf '%s' "$MAC_CERTIFICATES" | base64 --decode >"$folder/certificates.p12"
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 7200 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$folder/certificates.p12" -k "$keychain" -P "$MAC_CERTIFICATES_PASSWORD" \
    -T /usr/bin/codesign -T /usr/bin/productbuild
security set-key-partition-list -S apple-tool:,apple: -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain-db
if [ -n "${MAC_NOTARY_KEY:-}" ]; then
    printf '%s' "$MAC_NOTARY_KEY" | base64 --decode >"$folder/notary.p8"
    xcrun notarytool store-credentials comptexpert --key "$folder/notary.p8" --key-id "$MAC_NOTARY_KEY_ID" \
        --issuer "$MAC_NOTARY_ISSUER" --keychain "$keychain"
    echo "MAC_NOTARY_PROFILE=comptexpert" >>"$GITHUB_ENV"
fi
