"""Cut the tables of `SERVERURL` out of the real installer, so that a small MSI holds just them: no file, no shortcut.

`msibuild` (Debian's msitools) makes the MSI. What is read is the source that WiX builds the package from.
"""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path
from xml.etree import ElementTree as ET

SOURCE = Path(__file__).resolve().parents[2] / "resources" / "installers" / "windows" / "comptexpert.wxs"
WIX = "{http://wixtoolset.org/schemas/v4/wxs}"
COMPONENT = "MachineDefaults"
LOCAL_MACHINE, RAW, OF_64_BITS = 2, 2, 16
REGISTRY_KEY_PATH, TRANSITIVE, COMPONENT_OF_64_BITS = 4, 64, 256
SETS_A_PROPERTY = 51
FIRST_SEQUENCE = 256

Rows = list[tuple[object, ...]]

STEPS = {
    "FindRelatedProducts": 25, "AppSearch": 50, "LaunchConditions": 100, "ValidateProductID": 700, "CostInitialize": 800,
    "FileCost": 900, "CostFinalize": 1000, "InstallValidate": 1400, "RemoveExistingProducts": 1401,
    "InstallInitialize": 1500, "ProcessComponents": 1600, "UnpublishFeatures": 1800, "RemoveRegistryValues": 2600,
    "WriteRegistryValues": 5000, "RegisterProduct": 6100, "PublishFeatures": 6300, "PublishProduct": 6400,
    "InstallFinalize": 6600,
}  # fmt: skip
"""Where WiX puts each step; it removes the version before after InstallValidate."""


def read(source: Path = SOURCE) -> ET.Element:
    """Return the package of the installer's source."""
    package = ET.parse(source).getroot().find(f"{WIX}Package")  # noqa: S314  our own file
    assert package is not None
    return package


COLUMNS = {
    "Property": "*Property s72, Value l0",
    "Directory": "*Directory s72, Directory_Parent S72, DefaultDir l255",
    "Feature": (
        "*Feature s38, Feature_Parent S38, Title L64, Description L255, Display I2, Level i2, Directory_ S72, Attributes i2"
    ),
    "Component": "*Component s72, ComponentId S38, Directory_ s72, Attributes i2, Condition S255, KeyPath S72",
    "FeatureComponents": "*Feature_ s38, *Component_ s72",
    "Registry": "*Registry s72, Root i2, Key l255, Name L255, Value L0, Component_ s72",
    "AppSearch": "*Property s72, *Signature_ s72",
    "RegLocator": "*Signature_ s72, Root i2, Key s255, Name S255, Type I2",
    "Signature": (
        "*Signature s72, FileName s255, MinVersion S20, MaxVersion S20, MinSize I4, MaxSize I4, MinDate I4, MaxDate I4, "
        "Languages S255"
    ),
    "CustomAction": "*Action s72, Type i2, Source S72, Target S255",
    "Upgrade": (
        "*UpgradeCode s38, *VersionMin S20, *VersionMax S20, *Language S255, *Attributes i4, Remove S255, "
        "ActionProperty s72"
    ),
    "InstallExecuteSequence": "*Action s72, Condition S255, Sequence I2",
}
"""The columns of each table, with their types; those with a star are its key."""


def tables(package: ET.Element, *, version: str) -> dict[str, Rows]:
    """Return the rows of each table."""
    return _about(package, version=version) | _kept(package) | _found_and_set(package)


def _about(package: ET.Element, *, version: str) -> dict[str, Rows]:
    """Return what the package is, and which one it replaces."""
    product = "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, f"comptexpert {version}")).upper() + "}"
    upgrade = "{" + str(package.get("UpgradeCode")) + "}"
    secure = [str(one.get("Id")) for one in package.findall(f"{WIX}Property") if one.get("Secure") == "yes"]
    properties = {
        "ProductCode": product,
        "ProductVersion": version,
        "ProductName": package.get("Name"),
        "ProductLanguage": "1036",
        "Manufacturer": package.get("Manufacturer"),
        "UpgradeCode": upgrade,
        "ALLUSERS": "1",
        "SecureCustomProperties": ";".join([*secure, "OLDER"]),
    }
    return {"Property": list(properties.items()), "Upgrade": [(upgrade, "", version, "", 0, "", "OLDER")]}


def _kept(package: ET.Element) -> dict[str, Rows]:
    """Return the part that keeps the server in the registry."""
    component = next(one for one in package.findall(f"{WIX}Component") if one.get("Id") == COMPONENT)
    attributes = REGISTRY_KEY_PATH | COMPONENT_OF_64_BITS
    attributes |= TRANSITIVE if component.get("Transitive") == "yes" else 0
    code, condition = "{" + str(component.get("Guid")) + "}", component.get("Condition", "")
    return {
        "Directory": [("TARGETDIR", "", "SourceDir"), ("INSTALLFOLDER", "TARGETDIR", "Comptexpert")],
        "Feature": [("Main", "", "", "", 2, 1, "", 0)],
        "Component": [(COMPONENT, code, "INSTALLFOLDER", attributes, condition, "value0")],
        "FeatureComponents": [("Main", COMPONENT)],
        "Registry": [
            (f"value{rank}", LOCAL_MACHINE, one.get("Key"), one.get("Name"), one.get("Value"), COMPONENT)
            for rank, one in enumerate(component.findall(f"{WIX}RegistryValue"))
        ],
    }


def _found_and_set(package: ET.Element) -> dict[str, Rows]:
    """Return what is looked up in the registry, what is set from it, and the order of the steps."""
    searches = [
        (one.get("Id"), search)
        for one in package.findall(f"{WIX}Property")
        for search in one.findall(f"{WIX}RegistrySearch")
    ]
    actions = package.findall(f"{WIX}SetProperty")
    steps: Rows = [(name, "", rank) for name, rank in STEPS.items()]
    steps += [(one.get("Action"), one.get("Condition"), STEPS[str(one.get("After"))] + 1) for one in actions]
    return {
        "AppSearch": [(name, search.get("Id")) for name, search in searches],
        "RegLocator": [
            (search.get("Id"), LOCAL_MACHINE, search.get("Key"), search.get("Name"), RAW | OF_64_BITS)
            for _, search in searches
        ],
        "Signature": [],
        "CustomAction": [
            (one.get("Action"), SETS_A_PROPERTY | FIRST_SEQUENCE, one.get("Id"), one.get("Value")) for one in actions
        ],
        "InstallExecuteSequence": steps,
    }


def make(path: Path, *, version: str, source: Path = SOURCE) -> Path:
    """Make the MSI of a version."""
    package = read(source)
    folder = path.with_suffix(".tables")
    folder.mkdir()
    path.unlink(missing_ok=True)
    code = "{" + str(uuid.uuid4()).upper() + "}"
    subprocess.run(["msibuild", path, "-s", "Comptexpert Desktop", "Comptexpert", "x64;1036", code], check=True)
    for name, rows in tables(package, version=version).items():
        table = folder / f"{name}.idt"
        table.write_text(_exported(name, rows), encoding="utf-8", newline="")
        subprocess.run(["msibuild", path, "-i", table], check=True)
    return path


def _exported(name: str, rows: Rows) -> str:
    """Write a table in the form in which MSI tables are exported."""
    columns = [column.split() for column in COLUMNS[name].split(", ")]
    keys = [column.removeprefix("*") for column, _ in columns if column.startswith("*")]
    lines = [[column.removeprefix("*") for column, _ in columns], [kind for _, kind in columns], [name, *keys]]
    lines += [[str(value) for value in row] for row in rows]
    return "".join("\t".join(line) + "\r\n" for line in lines)
