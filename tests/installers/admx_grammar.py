"""What the schema of policy templates allows, written from its description: elements in order, attributes, references.

Source: « PolicyDefinitions schema » (https://learn.microsoft.com/en-us/previous-versions/windows/desktop/Policy/schema-root)
and section 7 of [MS-GPREG]. The schema itself is not ours to copy.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

VERSION = r"[0-9]{1,4}\.[0-9]{1,5}"
ITEM, REFERENCE = r"[A-Za-z0-9_.-]+", r"(?:[A-Za-z0-9_-]+:)?[A-Za-z0-9_.-]+"
STRING, PRESENTATION = r"\$\(string\.[A-Za-z0-9_]+\)", r"\$\(presentation\.[A-Za-z0-9_]+\)"
KEY, VALUE_NAME, BOOLEAN, NUMBER, ANY = (
    r"[^\\]+(?:\\[^\\]+)*",
    r"[^\\]{1,255}",
    r"true|false|0|1",
    r"[0-9]{1,10}",
    r".+",
)
MOST = 2**32 - 1

_ELEMENTS = "(?:boolean|decimal|text|enum|list|longDecimal|multiText)"
_FIELDS = "(?:text|decimalTextBox|textBox|checkBox|comboBox|dropdownList|listBox|longDecimalTextBox|multiTextBox)"
FIELD_OF = {"text": {"textBox", "comboBox"}, "multiText": {"multiTextBox"}, "decimal": {"decimalTextBox"}, "enum": {"dropdownList"}}  # fmt: skip


class Rule(NamedTuple):
    """What may stand below an element and on it."""

    children: str = ""
    needs: dict[str, str] = {}  # noqa: RUF012  a table
    takes: dict[str, str] = {}  # noqa: RUF012  a table
    has_text: bool = False


_OF_AN_ELEMENT = {"key": KEY, "clientExtension": ANY}
RULES = {
    "policyDefinitions": Rule(
        "policyNamespaces supersededAdm* annotation* resources supportedOn? categories? policies?",
        {"revision": VERSION, "schemaVersion": VERSION},
    ),
    "policyNamespaces": Rule("target using*"),
    "target": Rule(needs={"prefix": ITEM, "namespace": ANY}),
    "using": Rule(needs={"prefix": ITEM, "namespace": ANY}),
    "policyDefinitions/resources": Rule(needs={"minRequiredRevision": VERSION}, takes={"fallbackCulture": ANY}),
    "categories": Rule("category*"),
    "category": Rule("annotation* parentCategory?", {"name": ITEM, "displayName": STRING}, {"explainText": STRING}),
    "policies": Rule("policy*"),
    "policy": Rule(
        "annotation* parentCategory? seeAlso* keywords? supportedOn enabledValue? disabledValue? enabledList? "
        "disabledList? elements?",
        {"name": ITEM, "class": "User|Machine|Both", "displayName": STRING, "key": KEY},
        {"explainText": STRING, "presentation": PRESENTATION, "valueName": VALUE_NAME},
    ),
    "parentCategory": Rule(needs={"ref": REFERENCE}),
    "policy/supportedOn": Rule(needs={"ref": REFERENCE}),
    "enabledValue": Rule("(?:delete|decimal|longDecimal|string)"),
    "disabledValue": Rule("(?:delete|decimal|longDecimal|string)"),
    "value": Rule("(?:delete|decimal|longDecimal|string)"),
    "enabledValue/decimal": Rule(needs={"value": NUMBER}),
    "disabledValue/decimal": Rule(needs={"value": NUMBER}),
    "value/string": Rule(has_text=True),
    "elements": Rule(f"{_ELEMENTS}+"),
    "elements/decimal": Rule(
        "annotation*",
        {"id": ITEM, "valueName": VALUE_NAME},
        _OF_AN_ELEMENT | {"required": BOOLEAN, "minValue": NUMBER, "maxValue": NUMBER, "storeAsText": BOOLEAN, "soft": BOOLEAN},
    ),
    "elements/text": Rule(
        "annotation*",
        {"id": ITEM, "valueName": VALUE_NAME},
        _OF_AN_ELEMENT | {"required": BOOLEAN, "maxLength": NUMBER, "expandable": BOOLEAN, "soft": BOOLEAN},
    ),
    "elements/multiText": Rule(
        "annotation*",
        {"id": ITEM, "valueName": VALUE_NAME},
        _OF_AN_ELEMENT | {"required": BOOLEAN, "maxLength": NUMBER, "maxStrings": NUMBER, "soft": BOOLEAN},
    ),
    "elements/enum": Rule(
        "annotation* item*", {"id": ITEM, "valueName": VALUE_NAME}, _OF_AN_ELEMENT | {"required": BOOLEAN}
    ),
    "item": Rule("value valueList?", {"displayName": STRING}),
    "policyDefinitionResources": Rule(
        "displayName description annotation* resources", {"revision": VERSION, "schemaVersion": VERSION}
    ),
    "displayName": Rule(has_text=True),
    "description": Rule(has_text=True),
    "policyDefinitionResources/resources": Rule("stringTable? presentationTable?"),
    "stringTable": Rule("string+"),
    "stringTable/string": Rule(needs={"id": ITEM}, has_text=True),
    "presentationTable": Rule("presentation+"),
    "presentation": Rule(f"{_FIELDS}*", {"id": ITEM}),
    "textBox": Rule("label defaultValue?", {"refId": ITEM}),
    "label": Rule(has_text=True),
    "multiTextBox": Rule(needs={"refId": ITEM}, takes={"showAsDialog": BOOLEAN, "defaultHeight": NUMBER}),
    "decimalTextBox": Rule(
        needs={"refId": ITEM}, takes={"defaultValue": NUMBER, "spin": BOOLEAN, "spinStep": NUMBER}, has_text=True
    ),
    "dropdownList": Rule(needs={"refId": ITEM}, takes={"noSort": BOOLEAN, "defaultItem": NUMBER}, has_text=True),
}  # fmt: skip
"""By the name of an element, or by that of its parent and its own where two share a name."""


def faults(root: Element, *, space: str) -> list[str]:
    """List what the schema does not allow."""
    return list(_faults(root, parent="", space=space))


def _faults(element: Element, *, parent: str, space: str) -> Iterator[str]:
    name = element.tag.removeprefix(space)
    rule = RULES.get(f"{parent}/{name}") or RULES.get(name)
    if rule is None or not element.tag.startswith(space):
        yield f"{parent}/{element.tag}: no such element"
        return
    below = "".join(f"{child.tag.removeprefix(space)} " for child in element)
    order = re.sub(r"([A-Za-z]+)(?=[ *?+]|$)", r"(?:\1 )", rule.children).replace(" (", "(")
    if "|" in rule.children:
        order = re.sub(r"\(\?:([A-Za-z|]+)\)", r"(?:(?:\1) )", rule.children)
    if not re.fullmatch(order, below):
        yield f"{name}: below stands {below.strip() or 'nothing'}"
    if (element.text or "").strip() and not rule.has_text:
        yield f"{name}: text"
    for attribute in rule.needs:
        if attribute not in element.attrib:
            yield f"{name}: {attribute} is missing"
    for attribute, value in element.attrib.items():
        form = (rule.needs | rule.takes).get(attribute, "")
        if not re.fullmatch(form, value) or (form == NUMBER and int(value) > MOST):
            yield f"{name}: {attribute}={value}"
    for child in element:
        yield from _faults(child, parent=name, space=space)


def broken_references(template: Element, words: Element, *, space: str) -> list[str]:
    """List the fields that are not those of their policy, the ids that stand twice, the categories that are not there."""
    found = []
    fields = {one.get("id"): list(one) for one in words.iter(f"{space}presentation")}
    categories = {one.get("name") for one in template.iter(f"{space}category")}
    names = [one.get("name") for one in template.iter(f"{space}policy")]
    found += [f"{name} stands twice" for name in set(names) if names.count(name) > 1]
    spaces = {one.get("prefix") for one in template.iter(f"{space}using")}
    for policy in template.iter(f"{space}policy"):
        category = policy.find(f"{space}parentCategory")
        if category is not None and category.get("ref") not in categories:
            found.append(f"{policy.get('name')}: no such category")
        system = policy.find(f"{space}supportedOn")
        if system is not None and str(system.get("ref")).partition(":")[0] not in spaces:
            found.append(f"{policy.get('name')}: no such namespace")
        elements = {one.get("id"): one.tag.removeprefix(space) for one in policy.iterfind(f"{space}elements/*")}
        reference = (policy.get("presentation") or "").removeprefix("$(presentation.").removesuffix(")")
        shown = {one.get("refId"): one.tag.removeprefix(space) for one in fields.get(reference, [])}
        if set(shown) != set(elements) or any(shown[name] not in FIELD_OF[kind] for name, kind in elements.items()):
            found.append(f"{policy.get('name')}: {shown} shows {elements}")
    return found
