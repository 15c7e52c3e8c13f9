"""Which room imports which, and the arrows of `docs/map.md`: `python -m tests.house.rooms` draws them again."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import grimp

from tests.house.source import ROOT

MAP = ROOT / "docs" / "map.md"
BLOCK = re.compile(r"^```rooms (\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def rooms(imports: dict[str, set[str]], *, house: str) -> dict[str, set[str]]:
    """Return which rooms of a house import which; a room is a module or a folder directly below."""
    below = f"{house}."

    def room_of(name: str) -> str:
        return below + name.removeprefix(below).partition(".")[0]

    found: dict[str, set[str]] = {}
    for name, targets in imports.items():
        if name.startswith(below):
            inside = {room_of(target) for target in targets if target.startswith(below)}
            found.setdefault(room_of(name), set()).update(inside - {room_of(name)})
    return found


@cache
def imported(package: str) -> dict[str, set[str]]:
    """Return which room of a package imports which, for types alone included."""
    graph = grimp.build_graph(package, cache_dir=None)
    imports = {name: set(graph.find_modules_directly_imported_by(name)) for name in graph.modules}
    short = len(package) + 1
    found = rooms(imports, house=package)
    return {room[short:]: {target[short:] for target in targets} for room, targets in found.items() if targets}


def drawn(text: str) -> dict[str, dict[str, set[str]]]:
    """Read the arrows of a page: by package, which room imports which."""
    return {
        package: {
            room.strip(): {target.strip() for target in targets.split(",")}
            for room, _arrow, targets in (line.partition("→") for line in block.splitlines())
        }
        for package, block in BLOCK.findall(text)
    }


def redrawn(text: str) -> str:
    """Return a page with its arrows as the rooms import now, from the top floor down."""

    def draw(block: re.Match[str]) -> str:
        package = block[1]
        arrows, order = imported(package), floors(package)
        lines = [f"{room} → {', '.join(sorted(arrows[room], key=order.index))}\n" for room in order if room in arrows]
        return f"```rooms {package}\n{''.join(lines)}```"

    return BLOCK.sub(draw, text)


def floors(package: str) -> list[str]:
    """Return the rooms of a package in the order of its contract, the highest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == [package])
    return [room.strip() for layer in layers for room in re.split(r"[|:]", layer)]


if __name__ == "__main__":
    Path(MAP).write_text(redrawn(MAP.read_text("utf-8")), "utf-8")
