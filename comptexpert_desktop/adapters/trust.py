"""Whom we trust to say who a server is: the system, and the firm's own authorities."""

from __future__ import annotations

import ssl

import truststore


class CaFileError(ValueError):
    """The file of authorities that the settings name cannot be read."""


def trusting(ca_file: str) -> ssl.SSLContext:
    """Trust what the system trusts, and the authorities of this file; raises CaFileError when it cannot be read."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise CaFileError(ca_file) from error
    return context
