"""What a connection to Desk lets one choose, and what is wrong with a choice.

admin    the account in whose name we call; it has to be an administrator of the app
signing  of callbacks: "required", "if_present" or "off"; by default, whether there is a token
sources  addresses and ranges from which callbacks are taken; by default, all
group    who serves when no linked agent is there: a number
"""

import ipaddress
from collections.abc import Iterator
from typing import Any

REQUIRED, IF_PRESENT, OFF = SIGNING = ("required", "if_present", "off")
REGIONS = {
    "cn": "https://console.tim.qq.com",
    "sgp": "https://adminapisgp.im.qcloud.com",
    "kr": "https://adminapikr.im.qcloud.com",
    "jpn": "https://adminapijpn.im.qcloud.com",
    "ger": "https://adminapiger.im.qcloud.com",
    "usa": "https://adminapiusa.im.qcloud.com",
    "idn": "https://adminapiidn.im.qcloud.com",
}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def signing(options: dict[str, Any], token: str) -> str:
    return options.get("signing") or (REQUIRED if token else OFF)


def networks(sources: list[str]) -> list[Network]:
    """Raises ValueError of what is neither an address nor a range."""
    return [ipaddress.ip_network(source.strip(), strict=False) for source in sources]


def problems(app_id: str, options: dict[str, Any], secrets: dict[str, str]) -> Iterator[str]:
    """In words for whoever sets it up on the command line."""
    if not (app_id.isascii() and app_id.isdigit()):
        yield "--sdk-app-id: an SDKAppID is a number."
    if not secrets.get("secret"):
        yield "--secret-key: it is empty."
    if options.get("signing") in (REQUIRED, IF_PRESENT) and not secrets.get("token"):
        yield "--signing: without --callback-token nothing can be checked."
    try:
        networks(options.get("sources") or [])
    except ValueError as error:
        yield f"--source: {error}."
