"""Who may move a delegation: the whole table, written out by hand, apart from the code that it judges.

The letters are what a person is to the delegation: its named grantor G, a peer P who grants for the firm too, the
grantee E, the cover C of a grantor who is away; `-` is nobody. Who gave the first of two approvals gives no second.
"""

from __future__ import annotations

TABLE = """
            PENDING  PENDING_SECOND  SCHEDULED  ACTIVE  SUSPENDED  REFUSED  WITHDRAWN  LAPSED  EXPIRED  REVOKED  CEASED  SUPERSEDED
approve     GC       GP              -          -       -          -        -          -       -        -        -       -
refuse      GC       GP              -          -       -          -        -          -       -        -        -       -
withdraw    E        E               -          -       -          -        -          -       -        -        -       -
suspend     -        -               -          GP      -          -        -          -       -        -        -       -
resume      -        -               -          -       GP         -        -          -       -        -        -       -
revoke      -        -               GP         GP      GP         -        -          -       -        -        -       -
renew       -        -               -          GC      -          -        -          -       -        -        -       -
transfer    GC       -               GP         GP      GP         -        -          -       -        -        -       -
relinquish  -        -               E          E       E          -        -          -       -        -        -       -
prolong     -        -               -          E       -          -        -          -       -        -        -       -
narrow      -        -               GP         GP      GP         -        -          -       -        -        -       -
broaden     -        -               -          GCE     -          -        -          -       -        -        -       -
edit        E        -               GC         GC      GC         -        -          -       -        -        -       -
"""


def cells() -> dict[tuple[str, str], str]:
    """Give the letters of each action in each status."""
    head, *lines = TABLE.strip().splitlines()
    statuses = head.split()
    found = {}
    for line in lines:
        action, *letters = line.split()
        found |= {(action, status): cell for status, cell in zip(statuses, letters, strict=True)}
    return found
