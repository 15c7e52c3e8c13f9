"""The settings of one run: built-in values, the machine's, the person's, arguments, and the policy above all."""

from comptexpert_desktop.settings.addresses import is_loopback, server_address
from comptexpert_desktop.settings.definitions import CLIENT_ID, DEFAULT_SERVER
from comptexpert_desktop.settings.preferences import Preferences
from comptexpert_desktop.settings.reading import Network, Resolved, Settings, default_data_dir, faults_of, load, policy
from comptexpert_desktop.settings.user_file import keep
from comptexpert_desktop.settings.values import is_older

__all__ = [
    "CLIENT_ID",
    "DEFAULT_SERVER",
    "Network",
    "Preferences",
    "Resolved",
    "Settings",
    "default_data_dir",
    "faults_of",
    "is_loopback",
    "is_older",
    "keep",
    "load",
    "policy",
    "server_address",
]
