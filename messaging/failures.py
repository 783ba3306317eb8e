"""Every errcode and fail_type: a plain sentence, who can mend it, what to do next.

Sources: protocol/wecom_kf.md §1.3, §1.4, §3.4 (fail_type), §4.5. Unknown codes show their number
and the platform's own text: nothing is swallowed. The same number means something else on another
platform: a family says whose it is.
"""

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.cures import Cure, Who
from messaging.failures_desk import DESK


@dataclass(frozen=True)
class Failure:
    code: int
    sentence: str | Promise
    who: Who
    remedy: str | Promise = ""
    cure: Cure = Cure.NONE
    detail: str = ""
    family: str = "errcode"

    @property
    def is_known(self) -> bool:
        return self.code in _FAMILIES[self.family]


_WAIT = _("Wait: it will be tried again automatically.")
_ASK = _("Wait for the customer to write; their next message opens a new allowance.")
_SETUP = _("Check corp id and secret on the connection's page.")
_OPEN = _("Open WeCom admin → WeChat Customer Service → API and check this account and app.")
_FORMAT = _("Change the message and send it again.")

_ERRCODES: dict[int, tuple] = {
    -1: (_("WeCom was busy."), Who.PLATFORM, _WAIT, Cure.RETRY),
    40001: (_("The secret is not valid."), Who.ADMIN, _SETUP, Cure.CONFIG),
    40004: (_("This type of file is not accepted."), Who.AGENT, _FORMAT),
    40007: (_("The file is not known to WeCom any more."), Who.AGENT, _("Attach it again.")),
    40009: (_("The picture's size is not accepted."), Who.AGENT, _FORMAT),
    40013: (_("The corp id is not valid."), Who.ADMIN, _SETUP, Cure.CONFIG),
    40014: (_("The access token was not valid."), Who.PLATFORM, _WAIT, Cure.TOKEN),
    40033: (_("The message has characters that WeCom refuses."), Who.AGENT, _FORMAT),
    40058: (_("WeCom refused a field of this message."), Who.AGENT, _FORMAT),
    40091: (_("The secret is not valid."), Who.ADMIN, _SETUP, Cure.CONFIG),
    40096: (
        _("WeCom does not know this customer, or they are a member of the corp."),
        Who.ADMIN,
        _("Members of your own corp cannot be served as customers."),
    ),
    40145: (_("The file has expired at WeCom."), Who.AGENT, _("Attach it again.")),
    40201: (
        _("WeCom's spam control stopped this message."),
        Who.AGENT,
        _("Do not repeat it: reword it, and leave out links and advertising."),
    ),
    40204: (
        _("WeCom's spam control stopped this message."),
        Who.AGENT,
        _("Do not repeat it: reword it, and leave out links and advertising."),
    ),
    40206: (_("The message is too large."), Who.AGENT, _FORMAT),
    41001: (_("The access token was missing."), Who.PLATFORM, _WAIT, Cure.TOKEN),
    42001: (_("The access token had expired."), Who.PLATFORM, _WAIT, Cure.TOKEN),
    44001: (_("The file is empty."), Who.AGENT, _FORMAT),
    45001: (_("The file is too large."), Who.AGENT, _("Send a smaller one.")),
    45002: (_("The message is too long."), Who.AGENT, _("Send it in shorter parts.")),
    45009: (_("Too many calls: WeCom has paused this API."), Who.PLATFORM, _WAIT, Cure.RETRY),
    45033: (_("Too many calls at once."), Who.PLATFORM, _WAIT, Cure.RETRY),
    45035: (_("Two changes reached WeCom at the same moment."), Who.PLATFORM, _WAIT, Cure.RETRY),
    48002: (_("This app may not use the API."), Who.ADMIN, _OPEN, Cure.CONFIG),
    48004: (_("This app may not use the API."), Who.ADMIN, _OPEN, Cure.CONFIG),
    48006: (_("This app may not use the API."), Who.ADMIN, _OPEN, Cure.CONFIG),
    48007: (
        _("This customer service account is not assigned to the app."),
        Who.ADMIN,
        _("In WeCom admin, assign the account under “Manage accounts by API”."),
        Cure.CONFIG,
    ),
    50003: (_("The app is disabled."), Who.ADMIN, _("Enable it in WeCom admin."), Cure.CONFIG),
    60011: (_("The app may not see this member."), Who.ADMIN, _OPEN),
    60020: (
        _("This server's address is not in the app's list of trusted IPs."),
        Who.ADMIN,
        _("Add the address named below to the trusted IPs; it works a minute later."),
        Cure.CONFIG,
    ),
    60030: (
        _("The member is outside the app's visible range."),
        Who.ADMIN,
        _("Add the member to the app's visible range."),
    ),
    60111: (
        _("WeCom does not know this member."),
        Who.ADMIN,
        _("Read the servicers from the platform again."),
    ),
    95000: (_("The account's id is not valid."), Who.ADMIN, _OPEN),
    95001: (_("Five messages were sent since the customer last wrote."), Who.CUSTOMER, _ASK),
    95002: (_("The customer last wrote more than 48 hours ago."), Who.CUSTOMER, _ASK),
    95003: (
        _("The corp has reached its limit of customers."),
        Who.ADMIN,
        _("Verify the corp in WeCom admin."),
    ),
    95004: (_("The account does not exist any more."), Who.ADMIN, _OPEN),
    95005: (_("The corp has too many accounts."), Who.ADMIN, _OPEN),
    95006: (_("The account's name is not valid."), Who.ADMIN, _OPEN),
    95007: (_("The callback's token had expired."), Who.PLATFORM, _WAIT, Cure.RETRY),
    95008: (_("The menu has too many items."), Who.AGENT, _("Use ten items at most.")),
    95009: (_("The menu has an item of a wrong type."), Who.AGENT, _FORMAT),
    95011: (
        _("The secret belongs to the independent edition of WeChat Customer Service."),
        Who.ADMIN,
        _("Use the secret of a WeCom app."),
        Cure.CONFIG,
    ),
    95012: (
        _("The secret belongs to WeCom, the account to the independent edition."),
        Who.ADMIN,
        _("Use the secret of the edition that has the account."),
        Cure.CONFIG,
    ),
    95013: (_("The session has ended."), Who.CUSTOMER, _ASK, Cure.STATE),
    95014: (
        _("This member is not a servicer of the account, or has not activated WeCom."),
        Who.ADMIN,
        _("Choose another servicer."),
    ),
    95015: (_("An exclusive service is already set by an administrator."), Who.ADMIN, _OPEN),
    95016: (
        _("WeCom does not allow this step in the session's present state."),
        Who.AGENT,
        _("The state was read again; choose from what is offered now."),
        Cure.STATE,
    ),
    95017: (_("The API is switched off."), Who.ADMIN, _OPEN, Cure.CONFIG),
    95018: (
        _("Someone in WeCom has this session, or it is over: nothing can be sent."),
        Who.AGENT,
        _("The state was read again; it is shown above the conversation."),
        Cure.STATE,
    ),
    95019: (_("This servicer has stopped receiving."), Who.AGENT, _("Choose another servicer.")),
    95020: (_("The account has too many servicers."), Who.ADMIN, _OPEN),
    95021: (_("This member or group is not set up for upgraded service."), Who.ADMIN, _OPEN),
    95022: (_("The location is not valid."), Who.AGENT, _FORMAT),
    95023: (
        _("The API was given to another app."),
        Who.ADMIN,
        _OPEN,
        Cure.CONFIG,
    ),
    95026: (_("The accounts there are used too little: no more can be created."), Who.ADMIN, _OPEN),
    95027: (
        _("An unverified corp may have ten accounts at most."),
        Who.ADMIN,
        _("Verify the corp."),
    ),
    95030: (
        _("This type of message is banned for the account."),
        Who.AGENT,
        _("Send it as text."),
    ),
    95031: (_("The customer has not written for 48 hours."), Who.CUSTOMER, _ASK),
    95032: (_("The component has lost its permission."), Who.ADMIN, _OPEN, Cure.CONFIG),
    95033: (_("This message had arrived already."), Who.PLATFORM, "", Cure.DONE),
    301002: (_("This app may not do that."), Who.ADMIN, _OPEN, Cure.CONFIG),
}

_FAIL_TYPES: dict[int, tuple] = {
    0: (_("WeCom could not deliver it and does not say why."), Who.PLATFORM, _("Send it again.")),
    1: (_("The account was deleted."), Who.ADMIN, _OPEN),
    2: (_("The app was closed."), Who.ADMIN, _OPEN),
    4: (_("The session was older than 48 hours."), Who.CUSTOMER, _ASK),
    5: (_("The session was closed."), Who.CUSTOMER, _ASK),
    6: (_("Five messages were sent since the customer last wrote."), Who.CUSTOMER, _ASK),
    7: (_("No Channels account is bound."), Who.ADMIN, _OPEN),
    8: (_("The corp is not verified."), Who.ADMIN, _("Verify the corp in WeCom admin.")),
    9: (_("The corp is not verified and no Channels account is bound."), Who.ADMIN, _OPEN),
    10: (
        _("The customer has switched off messages from this account."),
        Who.CUSTOMER,
        _("Only the customer can switch them on again."),
    ),
    11: (
        _("No member of the corp has signed in to the WeCom app."),
        Who.ADMIN,
        _("Have one member sign in to WeCom with phone or WeChat."),
    ),
    12: (
        _("This type of message is banned for the account."),
        Who.AGENT,
        _("Send it as text."),
    ),
    13: (
        _("WeCom's safety limit stopped this message."),
        Who.AGENT,
        _("Reword it, and leave out links."),
    ),
}

MUTED = 10  # fail_type: the customer has switched off messages from this account

# Ours, where the platform gave no code at all.
NETWORK, GARBAGE, GAVE_UP, UPLOAD, CODE_GONE = -1001, -1002, -1003, -1004, -1005
APP_AWAY, APP_REFUSED = -1006, -1007
ADDRESS_BARRED, ADDRESS_AWAY, ADDRESS_EMPTY, NOT_SUCH_A_FILE, NO_MEDIA_BASE = range(-1024, -1019)
_ERRCODES |= {
    NETWORK: (_("WeCom could not be reached."), Who.PLATFORM, _WAIT, Cure.RETRY),
    GARBAGE: (_("WeCom's answer could not be understood."), Who.PLATFORM, _WAIT, Cure.RETRY),
    GAVE_UP: (
        _("It was tried many times without success."),
        Who.AGENT,
        _("Send it again when the connection works."),
    ),
    UPLOAD: (_("The file could not be uploaded."), Who.AGENT, _("Attach it again.")),
    APP_AWAY: (_("The customer's app could not be reached."), Who.PLATFORM, _WAIT, Cure.RETRY),
    APP_REFUSED: (
        _("The customer's app refused the message."),
        Who.ADMIN,
        _("Its own words are below; check the connection's appid, secret and address."),
    ),
    ADDRESS_BARRED: (
        _("Files are fetched from public web addresses only, and this is none."),
        Who.ADMIN,
        _("If the app's files lie in your own network, allow that on the connection's page."),
    ),
    ADDRESS_AWAY: (_("Its address does not answer."), Who.PLATFORM, _WAIT, Cure.RETRY),
    ADDRESS_EMPTY: (_("There is no file at its address, or not for us."), Who.PLATFORM),
    NOT_SUCH_A_FILE: (_("There is a web page at its address and not such a file."), Who.PLATFORM),
    NO_MEDIA_BASE: (
        _("The app sent a path, and nobody has said where its files lie."),
        Who.ADMIN,
        _("Enter the address of its files on the connection's page."),
    ),
    CODE_GONE: (
        _("It was too late to send this."),
        Who.PLATFORM,
        _("Closing and welcome messages can be sent for 20 seconds only."),
    ),
}


_FAMILIES: dict[str, dict[int, tuple]] = {
    "errcode": _ERRCODES,
    "fail_type": _FAIL_TYPES,
    "desk": {code: _ERRCODES[code] for code in (GAVE_UP, UPLOAD)} | DESK,
}
_UNKNOWN = {
    "errcode": _("WeCom answered with error %(code)s."),
    "fail_type": _("WeCom reported failure %(code)s."),
    "desk": _("Desk answered with error %(code)s."),
}


def family_of(backend: str) -> str:
    """Whose numbers a backend's failures are."""
    return "desk" if backend == "desk" else "errcode"


def of(family: str, code: int, detail: str = "") -> Failure:
    """The failure behind a number; an unknown one is permanent and shows number and text."""
    family = family or "errcode"
    if code in _FAMILIES[family]:
        return replace(Failure(code, *_FAMILIES[family][code]), detail=detail, family=family)
    sentence = _UNKNOWN[family] % {"code": code}
    return Failure(code, sentence, Who.ADMIN, detail=detail, family=family)


def of_errcode(code: int, detail: str = "") -> Failure:
    return of("errcode", code, detail)


def of_fail_type(code: int, detail: str = "") -> Failure:
    """The failure behind a `msg_send_fail` event's fail_type."""
    return of("fail_type", code, detail)
