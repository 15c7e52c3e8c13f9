"""Every error code that the application knows how to word."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors import message_table_people as people
from comptexpert_desktop.presentation.errors import message_table_work as work
from comptexpert_desktop.presentation.errors.message_table_desk import DESK
from comptexpert_desktop.presentation.errors.message_table_firm import FIRM
from comptexpert_desktop.presentation.errors.message_table_import import IMPORT
from comptexpert_desktop.presentation.errors.message_table_machine import MACHINE
from comptexpert_desktop.presentation.errors.message_table_restore import RESTORE
from comptexpert_desktop.presentation.errors.message_table_review import REVIEW
from comptexpert_desktop.presentation.errors.message_table_support import SUPPORT

PEOPLE = people.REGISTRY | people.ACCOUNT | people.VAULT
WORK = work.NETWORK | work.DELEGATION | work.APPLICATION | REVIEW
TABLE = PEOPLE | WORK | DESK | SUPPORT | FIRM | RESTORE | IMPORT | MACHINE
