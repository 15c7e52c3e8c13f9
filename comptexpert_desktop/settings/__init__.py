"""The settings of one run: built-in values, the machine's, the person's, arguments, and the policy above all."""

from comptexpert_desktop.settings.addresses import is_loopback, server_address
from comptexpert_desktop.settings.keeping import keep
from comptexpert_desktop.settings.keys import CLIENT_ID, DEFAULT_SERVER
from comptexpert_desktop.settings.reading import Network, Settings, Told, default_data_dir, load, policy

__all__ = [
    "CLIENT_ID",
    "DEFAULT_SERVER",
    "Network",
    "Settings",
    "Told",
    "default_data_dir",
    "is_loopback",
    "keep",
    "load",
    "policy",
    "server_address",
]
