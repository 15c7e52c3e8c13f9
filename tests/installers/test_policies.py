"""The policy templates say what the declaration of the settings says, no more and no less."""

from __future__ import annotations

import json
import plistlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from comptexpert_desktop.settings import sources
from comptexpert_desktop.settings.definitions import KEYS
from resources.policies import templates

FOLDER = Path(templates.__file__).parent
SPACE = f"{{{templates.NAMESPACE}}}"


def tree(name):
    return ET.parse(FOLDER / name)  # noqa: S314  (our own file)


@pytest.mark.parametrize("name", sorted(templates.every()))
def test_each_file_is_the_one_that_the_declaration_gives(name):
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == templates.every()[name], "run: python -m resources.policies"


def test_the_windows_template_names_every_setting_once():
    template = tree("comptexpert.admx")
    names = [policy.get("name") for policy in template.iter(f"{SPACE}policy")]
    assert names == [key.policy_name for key in KEYS]
    assert {policy.get("key") for policy in template.iter(f"{SPACE}policy")} == {sources.REGISTRY_POLICY}


@pytest.mark.parametrize("language", templates.LANGUAGES)
def test_every_word_that_the_template_asks_for_exists_in_each_language(language):
    requested = set()
    for element in tree("comptexpert.admx").iter():
        requested |= {value[2:-1] for value in element.attrib.values() if value.startswith("$(")}
    words = tree(f"{language}/comptexpert.adml")
    strings = {f"string.{one.get('id')}" for one in words.iter(f"{SPACE}string")}
    presentations = {f"presentation.{one.get('id')}" for one in words.iter(f"{SPACE}presentation")}
    assert requested == strings | presentations
    assert all(one.text for one in words.iter(f"{SPACE}string"))


def test_each_sample_value_is_accepted():
    sample = json.loads((FOLDER / "policies.json").read_text(encoding="utf-8"))
    assert set(sample) == {key.name for key in KEYS}
    for key in KEYS:
        assert key.parsed(sample[key.name]) == key.example
        assert key.parsed(list(key.default) if isinstance(key.default, tuple) else key.default) == key.default


def test_the_profile_of_macos_carries_the_same_names():
    profile = plistlib.loads((FOLDER / "comptexpert.mobileconfig").read_bytes())
    content = profile["PayloadContent"][0]
    assert f"{content['PayloadType']}.plist" == sources.PREFERENCES
    named = {name: value for name, value in content.items() if not name.startswith("Payload")}
    translated = sources.json_names(named)
    assert {key.name: key.parsed(translated[key.name]) for key in KEYS} == {key.name: key.example for key in KEYS}


def test_the_guide_for_administrators_names_every_setting():
    guide = (FOLDER.parents[1] / "docs" / "informatique.md").read_text(encoding="utf-8")
    rows = {f"| `{key.name}` | `{key.policy_name}` |" for key in KEYS}
    assert {row for row in rows if row not in guide} == set()
