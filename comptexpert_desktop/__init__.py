"""Comptexpert Desktop: the desk where accounting firms manage their Comptexpert accounts and delegations."""

__version__ = "0.1.0"
