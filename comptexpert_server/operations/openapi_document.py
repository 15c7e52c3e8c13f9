"""The command that prints the OpenAPI document: the only one that reads the whole API, which takes a while."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from comptexpert_server.config.api import api

if TYPE_CHECKING:
    import argparse


def openapi(_asked: argparse.Namespace) -> int:
    """Print the OpenAPI document."""
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    return 0
