"""The reference server that Comptexpert Desktop talks to."""

__version__ = "0.1.0"
