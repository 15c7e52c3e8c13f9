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
from tests.installers import admx_grammar

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


@pytest.mark.parametrize("name", ["comptexpert.admx", *(f"{one}/comptexpert.adml" for one in templates.LANGUAGES)])
def test_the_templates_of_windows_are_what_their_schema_allows(name):
    assert admx_grammar.faults(tree(name).getroot(), space=SPACE) == []


@pytest.mark.parametrize("language", templates.LANGUAGES)
def test_each_field_of_the_templates_shows_the_value_of_its_policy(language):
    template, words = tree("comptexpert.admx").getroot(), tree(f"{language}/comptexpert.adml").getroot()
    assert admx_grammar.broken_references(template, words, space=SPACE) == []


BREAKS = {
    "an order": ('<resources minRequiredRevision="1.0" />\n  <categories>', "<categories>", "below stands"),
    "a class": ('class="Both"', 'class="All"', "class=All"),
    "a reference": ('"$(string.ServerURL)"', '"ServerURL"', "displayName=ServerURL"),
    "an attribute": ('maxLength="1023"', 'longest="1023"', "longest=1023"),
    "a number": ('maxValue="3650"', 'maxValue="4294967296"', "maxValue=4294967296"),
    "an element": ("<enabledValue>", "<enabled />\n      <enabledValue>", "no such element"),
    "a key": (r'key="SOFTWARE\Policies', r'key="\SOFTWARE\Policies', "key="),
    "what is missing": (' valueName="ServerURL"', "", "valueName is missing"),
    "two in one place": ('<decimal value="1" />', '<decimal value="1" /><decimal value="2" />', "below stands"),
    "text": ("<policies>", "<policies>words", "policies: text"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_the_schema_does_not_allow_is_found(name):
    before, after, said = BREAKS[name]
    text = (FOLDER / "comptexpert.admx").read_text(encoding="utf-8").partition("\n")[2]
    assert before in text
    found = admx_grammar.faults(ET.fromstring(text.replace(before, after, 1)), space=SPACE)  # noqa: S314  ours
    assert any(said in one for one in found), found


def test_a_field_that_shows_another_value_is_found():
    template = tree("comptexpert.admx").getroot()
    text = (FOLDER / "fr-FR" / "comptexpert.adml").read_text(encoding="utf-8").partition("\n")[2]
    words = ET.fromstring(text.replace('<textBox refId="ServerURL">', '<textBox refId="ProxyURL">'))  # noqa: S314  ours
    assert [one.partition(":")[0] for one in admx_grammar.broken_references(template, words, space=SPACE)] == [
        "ServerURL"
    ]
