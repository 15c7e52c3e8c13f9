"""What administrators put in place, as text: templates for Windows, a profile for macOS, a file for Linux."""

from __future__ import annotations

import json
import plistlib
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from comptexpert_desktop.settings.definitions import KEYS
from comptexpert_desktop.settings.sources import REGISTRY_POLICY

if TYPE_CHECKING:
    from comptexpert_desktop.settings.definitions import Key
    from comptexpert_desktop.settings.values import Value

NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
IDENTIFIER = "fr.comptexpert.desktop"
LANGUAGES = {"fr-FR": 0, "en-US": 1}
_PROFILE_UUID = "0E2A3D5C-6B1F-4C58-9A61-7B6C1D0F2A31"
_CONTENT_UUID = "5C9F0B7A-2D34-4E0B-8E1C-93A7F4D6B802"


def every() -> dict[str, str]:
    """Return each file by its name."""
    adml = {f"{language}/comptexpert.adml": _adml(index) for language, index in LANGUAGES.items()}
    return {
        "comptexpert.admx": _admx(),
        **adml,
        "policies.json": json.dumps(_examples(), ensure_ascii=False, indent=2) + "\n",
        "comptexpert.mobileconfig": _profile(),
    }


def _examples() -> dict[str, object]:
    return {key.name: plain(key.example) for key in KEYS}


def plain(value: Value) -> object:
    """Return a value as files carry it."""
    return list(value) if isinstance(value, tuple) else value


def _admx() -> str:
    policies = "".join(_policy(key) for key in KEYS)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="comptexpert" namespace="Comptexpert.Policies.Desktop" />
    <using prefix="windows" namespace="Microsoft.Policies.Windows" />
  </policyNamespaces>
  <resources minRequiredRevision="1.0" />
  <categories>
    <category name="Desktop" displayName="$(string.Desktop)" />
  </categories>
  <policies>
{policies}  </policies>
</policyDefinitions>
"""


def _policy(key: Key) -> str:
    place = f"key={quoteattr(REGISTRY_POLICY)}"
    name = key.policy_name
    head = (
        f'    <policy name="{name}" class="Both" displayName="$(string.{name})" explainText="$(string.{name}_Help)"'
        f" {place}"
    )
    below = '      <parentCategory ref="Desktop" />\n      <supportedOn ref="windows:SUPPORTED_Windows_10_0" />\n'
    if key.kind == "bool":
        return (
            f'{head} valueName="{name}">\n{below}'
            '      <enabledValue><decimal value="1" /></enabledValue>\n'
            '      <disabledValue><decimal value="0" /></disabledValue>\n    </policy>\n'
        )
    element = {
        "text": f'<text id="{name}" valueName="{name}" required="true" maxLength="1023" />',
        "list": f'<multiText id="{name}" valueName="{name}" required="true" />',
        "number": (
            f'<decimal id="{name}" valueName="{name}" required="true"'
            f' minValue="{key.bounds[0]}" maxValue="{key.bounds[1]}" />'
        ),
        "choice": f'<enum id="{name}" valueName="{name}" required="true">{_items(key)}</enum>',
    }[key.kind]
    return (
        f'{head} presentation="$(presentation.{name})">\n{below}      <elements>{element}</elements>\n    </policy>\n'
    )


def _items(key: Key) -> str:
    return "".join(
        f'<item displayName="$(string.{key.policy_name}_{choice})"><value><string>{choice}</string></value></item>'
        for choice in key.choices
    )


def _adml(language: int) -> str:
    strings = ['      <string id="Desktop">Comptexpert Desktop</string>']
    presentations = []
    for key in KEYS:
        title, text = (key.french, key.english)[language]
        strings.append(f'      <string id="{key.policy_name}">{escape(title)}</string>')
        strings.append(f'      <string id="{key.policy_name}_Help">{escape(text)}</string>')
        strings += [
            f'      <string id="{key.policy_name}_{choice}">{escape(key.word(choice, language=language))}</string>'
            for choice in key.choices
        ]
        if key.kind != "bool":
            presentations.append(f'      <presentation id="{key.policy_name}">{_field(key, title)}</presentation>')
    return f"""<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
  <displayName>Comptexpert Desktop</displayName>
  <description>Comptexpert Desktop</description>
  <resources>
    <stringTable>
{chr(10).join(strings)}
    </stringTable>
    <presentationTable>
{chr(10).join(presentations)}
    </presentationTable>
  </resources>
</policyDefinitionResources>
"""


def _field(key: Key, title: str) -> str:
    reference = f"refId={quoteattr(key.policy_name)}"
    if key.kind == "text":
        return f"<textBox {reference}><label>{escape(title)}</label></textBox>"
    if key.kind == "number":
        return f'<decimalTextBox {reference} defaultValue="{key.example}">{escape(title)}</decimalTextBox>'
    if key.kind == "list":
        return f"<multiTextBox {reference} />"
    return f"<dropdownList {reference}>{escape(title)}</dropdownList>"


def _profile() -> str:
    settings = {key.policy_name: plain(key.example) for key in KEYS}
    content = {
        "PayloadType": IDENTIFIER,
        "PayloadIdentifier": f"{IDENTIFIER}.settings",
        "PayloadUUID": _CONTENT_UUID,
        "PayloadVersion": 1,
        "PayloadDisplayName": "Comptexpert Desktop",
        **settings,
    }
    profile = {
        "PayloadType": "Configuration",
        "PayloadIdentifier": f"{IDENTIFIER}.profile",
        "PayloadUUID": _PROFILE_UUID,
        "PayloadVersion": 1,
        "PayloadScope": "System",
        "PayloadDisplayName": "Comptexpert Desktop",
        "PayloadContent": [content],
    }
    return plistlib.dumps(profile, sort_keys=True).decode()
