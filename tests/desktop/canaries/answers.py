"""The documents of the API made from its own description, with a text of our choice in every text member.

A member that is new in the description is in these documents by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.canaries import document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY, MOMENT = "2027-03-01", "2026-11-20T08:00:00Z"
_FORMS = {"uuid": "f1000000-0000-4000-8000-000000000001", "date": DAY, "date-time": MOMENT}
_KEY, _NUMBER = "key", 365
_OPENAPI = document()
_SCHEMAS: dict[str, Any] = _OPENAPI["components"]["schemas"]


def text_members(openapi: dict[str, Any] | None = None) -> list[str]:
    """List every text that an answer may hold, as `Schema.member`, refusals included; codes of a closed list are none."""
    source = openapi or _OPENAPI
    schemas = source["components"]["schemas"]
    return [
        f"{name}.{path}"
        for name in _answered(source)
        for path, schema in _strings(schemas[name])
        if not _is_listed(schema)
    ]


def sample(name: str, text: Callable[[str], str], **fixed: Any) -> Any:
    """Make a document of a schema; `text` gives the text of each member, `fixed` other values by `Schema__member`."""
    return _sample(_SCHEMAS[name], name, (), text, {key.replace("__", "."): value for key, value in fixed.items()})


def _answered(openapi: dict[str, Any]) -> list[str]:
    """List the schemas that answers are made of."""
    schemas, found = openapi["components"]["schemas"], list[str]()

    def visit(schema: dict[str, Any]) -> None:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in found:
                found.append(name)
                visit(schemas[name])
            return
        for inner in _inner(schema):
            visit(inner)

    for operations in openapi["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                for kind, content in answer.get("content", {}).items():
                    if "json" in kind:
                        visit(content.get("schema", {}))
    return found


def _inner(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for way in ("anyOf", "oneOf", "allOf"):
        yield from schema.get(way, ())
    yield from schema.get("properties", {}).values()
    for way in ("items", "additionalProperties"):
        if isinstance(schema.get(way), dict):
            yield schema[way]


def _strings(schema: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    for way in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(way, ()):
            yield from _strings(choice, path)
    for member, inner in schema.get("properties", {}).items():
        yield from _strings(inner, (*path, member))
    if "items" in schema:
        yield from _strings(schema["items"], (*path, "*"))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _strings(schema["additionalProperties"], (*path, "{}"))
    if schema.get("type") == "string":
        yield ".".join(path), schema


def _is_listed(schema: dict[str, Any]) -> bool:
    return "enum" in schema or "const" in schema or schema.get("format") in _FORMS


def _sample(
    schema: dict[str, Any], name: str, path: tuple[str, ...], text: Callable[[str], str], fixed: dict[str, Any]
) -> Any:
    key = f"{name}.{'.'.join(path)}"
    choices = [one for way in ("anyOf", "oneOf", "allOf") for one in schema.get(way, ()) if one.get("type") != "null"]
    if path and key in fixed:
        made = fixed[key]
    elif "$ref" in schema:
        inner = schema["$ref"].rpartition("/")[2]
        made = _sample(_SCHEMAS[inner], inner, (), text, fixed)
    elif choices:
        made = _sample(choices[0], name, path, text, fixed)
    elif schema.get("type") == "object":
        members = {member: (member, inner) for member, inner in schema.get("properties", {}).items()}
        if isinstance(schema.get("additionalProperties"), dict):
            members[_KEY] = ("{}", schema["additionalProperties"])
        made = {member: _sample(inner, name, (*path, step), text, fixed) for member, (step, inner) in members.items()}
    elif schema.get("type") == "array":
        made = [_sample(schema.get("items", {}), name, (*path, "*"), text, fixed)]
    else:
        made = _value(schema, key, text)
    return made


def _value(schema: dict[str, Any], key: str, text: Callable[[str], str]) -> Any:
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "string":
        return _FORMS.get(schema.get("format", "")) or text(key)
    return {"integer": _NUMBER, "number": _NUMBER, "boolean": True}.get(schema.get("type", ""))
