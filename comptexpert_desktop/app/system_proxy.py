"""Ask the system which proxy an address goes through, in a process of its own that is started with `-m`.

Each line of stdin is an address, as a JSON string. Each is answered by one line, a JSON string in the words of a proxy
script (`PROXY host:port`, `DIRECT`), or null for a kind of proxy that has no word. Qt asks what the system knows: on
Windows the settings of the person, their script and what WPAD finds; on macOS the settings of the network and their
script. That may look things up and wait: whoever started this process ends it when an answer takes too long.
"""

from __future__ import annotations

import json
import os
import sys

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery

ANSWERS = 1
"""The pipe to whoever asked: this program is never started from a terminal."""
KINDS = {
    QNetworkProxy.ProxyType.HttpProxy: "PROXY",
    QNetworkProxy.ProxyType.HttpCachingProxy: "PROXY",
    QNetworkProxy.ProxyType.Socks5Proxy: "SOCKS5",
}


def answer(url: str) -> str | None:
    """Return the first way that the system names; no name at all is direct."""
    found = QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(url)))
    if not found or found[0].type() == QNetworkProxy.ProxyType.NoProxy:
        return "DIRECT"
    first = found[0]
    kind, host = KINDS.get(first.type()), first.hostName()
    shown = f"[{host}]" if ":" in host else host
    return None if kind is None or not host else f"{kind} {shown}:{first.port()}"


def main() -> int:
    """Answer until stdin ends."""
    application = QCoreApplication(sys.argv[:1])
    for line in sys.stdin:
        os.write(ANSWERS, (json.dumps(answer(str(json.loads(line)))) + "\n").encode())
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
