"""Run the script of an automatic proxy configuration, in a process of its own that is started with `-m`.

The first line of stdin is the script, as a JSON string; each line after it an address, as a JSON string. Each is
answered by one line, the JSON string that FindProxyForURL returned, or null when it failed. The script reads no file,
opens no connection and knows nothing of this program; what it may ask is a name of the network. Whoever started this
process ends it when an answer takes too long.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtQml import QJSEngine, QJSValue

ANSWERS = 1
"""The pipe to whoever asked: this program is never started from a terminal."""
MAX_SCRIPT = 1024 * 1024

FUNCTIONS = r"""
function isPlainHostName(host) { return host.indexOf(".") < 0; }
function dnsDomainIs(host, domain) {
    return host.length >= domain.length && host.substring(host.length - domain.length) === domain;
}
function localHostOrDomainIs(host, name) { return host === name || name.lastIndexOf(host + ".", 0) === 0; }
function isResolvable(host) { return network.resolve(host) !== ""; }
function dnsResolve(host) { var found = network.resolve(host); return found === "" ? null : found; }
function myIpAddress() { return network.own(); }
function dnsDomainLevels(host) { return host.split(".").length - 1; }
function convert_addr(text) {
    var parts = text.split(".");
    return ((parts[0] & 255) << 24 | (parts[1] & 255) << 16 | (parts[2] & 255) << 8 | (parts[3] & 255)) >>> 0;
}
function isInNet(host, pattern, mask) {
    var address = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host : dnsResolve(host);
    var kept = convert_addr(mask);
    return address !== null && (convert_addr(address) & kept) === (convert_addr(pattern) & kept);
}
function shExpMatch(text, pattern) {
    var escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
    return new RegExp("^" + escaped + "$").test(text);
}
function alert() {}
function _now(gmt) {
    var now = new Date();
    return gmt ? {day: now.getUTCDay(), date: now.getUTCDate(), month: now.getUTCMonth(), year: now.getUTCFullYear(),
                  hour: now.getUTCHours(), minute: now.getUTCMinutes(), second: now.getUTCSeconds()}
               : {day: now.getDay(), date: now.getDate(), month: now.getMonth(), year: now.getFullYear(),
                  hour: now.getHours(), minute: now.getMinutes(), second: now.getSeconds()};
}
function _split(found) {
    var given = Array.prototype.slice.call(found), gmt = given[given.length - 1] === "GMT";
    if (gmt) given.pop();
    return {given: given, now: _now(gmt)};
}
function _between(value, first, last) {
    return first <= last ? first <= value && value <= last : value >= first || value <= last;
}
var _DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
var _MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
function weekdayRange() {
    var text = _split(arguments), first = _DAYS.indexOf(text.given[0]);
    var last = text.given.length > 1 ? _DAYS.indexOf(text.given[1]) : first;
    return first >= 0 && last >= 0 && _between(text.now.day, first, last);
}
function _rank(parts, now) {
    var year = now.year, month = null, date = null;
    parts.forEach(function (one) {
        if (typeof one === "string") month = _MONTHS.indexOf(one);
        else if (one > 31) year = one;
        else date = one;
    });
    if (month === null && date === null) return [year, now.year];
    if (month === null) return [date, now.date];
    if (date === null) return [year * 12 + month, now.year * 12 + now.month];
    return [(year * 12 + month) * 32 + date, (now.year * 12 + now.month) * 32 + now.date];
}
function dateRange() {
    var text = _split(arguments), half = text.given.length / 2;
    if (text.given.length === 1 || half !== Math.floor(half)) {
        var only = _rank(text.given, text.now);
        return only[0] === only[1];
    }
    var first = _rank(text.given.slice(0, half), text.now), last = _rank(text.given.slice(half), text.now);
    if (text.given.length === 2 && text.given[0] > 31) return _between(text.now.year, text.given[0], text.given[1]);
    return _between(first[1], first[0], last[0]);
}
function timeRange() {
    var text = _split(arguments), given = text.given, now = text.now;
    if (given.length === 1) return now.hour === given[0];
    if (given.length === 2) return _between(now.hour, given[0], given[1] - 1);
    var seconds = given.length === 6 ? 3 : 2;
    function at(parts) { return parts[0] * 3600 + parts[1] * 60 + (parts[2] || 0); }
    return _between(at([now.hour, now.minute, seconds === 3 ? now.second : 0]),
                    at(given.slice(0, seconds)), at(given.slice(seconds)));
}
"""
"""What every script may call, as browsers define it."""


class Network(QObject):
    """The two questions that a script may ask of the network."""

    @Slot(str, result=str)
    def resolve(self, host: str) -> str:
        """Return an address of a name, or nothing."""
        try:
            return socket.gethostbyname(host)
        except (OSError, UnicodeError):
            return ""

    @Slot(result=str)
    def own(self) -> str:
        """Return the address by which this machine reaches others; nothing is sent."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(("192.0.2.1", 9))
                return str(probe.getsockname()[0])
            except OSError:
                return "127.0.0.1"


class Script:
    """One script, read once."""

    def __init__(self, text: str) -> None:
        self._engine = QJSEngine()
        self._network = Network()
        self._engine.globalObject().setProperty("network", self._engine.newQObject(self._network))
        self._engine.evaluate(FUNCTIONS)
        found: object = self._engine.evaluate(text, "proxy.pac") if len(text) <= MAX_SCRIPT else None
        self._is_read = isinstance(found, QJSValue) and not found.isError()

    def answer(self, url: str) -> str | None:
        """Return what the script says of an address; None when it says nothing."""
        function = self._engine.globalObject().property("FindProxyForURL")
        if not self._is_read or not function.isCallable():
            return None
        host = urlsplit(url).hostname or ""
        found = function.call([self._engine.toScriptValue(url), self._engine.toScriptValue(host)])
        return None if found.isError() or not found.isString() else str(found.toString())


def main() -> int:
    """Answer until stdin ends."""
    application = QCoreApplication(sys.argv[:1])
    script: Script | None = None
    for line in sys.stdin:
        text = str(json.loads(line))
        if script is None:
            script = Script(text)
        else:
            os.write(ANSWERS, (json.dumps(script.answer(text)) + "\n").encode())
    del script, application
    return 0


if __name__ == "__main__":
    sys.exit(main())
