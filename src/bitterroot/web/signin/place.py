"""Whence someone signs in, coarse enough to change rarely: a network, and a browser by its name."""

import ipaddress

from django.http import HttpRequest

from bitterroot.web.limits import client_of

# The first that a browser says of itself counts: each also names those that it descends from.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def network_of(request: HttpRequest) -> str:
    """The /24 of an IPv4 address, the /64 of an IPv6 one."""
    client = client_of(request)
    try:
        return str(ipaddress.ip_network(f"{ipaddress.IPv4Address(client)}/24", strict=False))
    except ValueError:
        return client


def browser_of(request: HttpRequest) -> str:
    """ "Firefox on Windows", as a mail says it; its version does not count."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in said), "another program")
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    return f"{browser} on {system}" if system else browser
