"""Error codes of Tencent Cloud Desk and of the chat service (IM) under it, as failures.py has WeCom's."""

from django.utils.translation import gettext_lazy as _

from messaging.cures import Cure, Who

NETWORK, GARBAGE = -1001, -1002
_WAIT = _("Wait: it will be tried again automatically.")
_FORMAT = _("Change the message and send it again.")
_KEYS = _("Check SDKAppID, administrator account and secret key on the connection's page.")
_READ = _("The state was read again; choose from what is offered now.")
_PANEL = _("Check this app in the Desk management panel.")
_OTHER = _("Choose another colleague.")

_BUSY = (_("Desk was busy."), Who.PLATFORM, _WAIT, Cure.RETRY)
_OFTEN = (_("Too many calls at once: Desk asks to wait."), Who.PLATFORM, _WAIT, Cure.RETRY)
_SIGNATURE = (_("The signature of the call was not valid."), Who.ADMIN, _KEYS, Cure.CONFIG)
_EXPIRED = (_("The signature of the call had expired."), Who.PLATFORM, _WAIT, Cure.TOKEN)
_NO_APP = (_("Desk does not know this SDKAppID."), Who.ADMIN, _KEYS, Cure.CONFIG)
_NO_ADMIN = (
    _("The account in whose name we call is no administrator of the app."),
    Who.ADMIN,
    _("Enter the app's administrator account on the connection's page."),
    Cure.CONFIG,
)
_REFUSED_FIELD = (_("Desk refused a field of this message."), Who.AGENT, _FORMAT)
_NO_CUSTOMER = (_("Desk does not know this customer."), Who.ADMIN, _PANEL)
_NOT_FRIENDS = (
    _("The app lets only contacts write to each other."),
    Who.ADMIN,
    _("Switch off the check of contacts in the chat console."),
)

# What may have been done although it was answered with an error: not to be told from a lost answer.
IN_DOUBT = frozenset(
    (60008, 60013, 70169, 70202, 70500, 20004, 20005, 90992, 90994, 90995, 91000, 141002)
)

DESK: dict[int, tuple] = {
    NETWORK: (_("Desk could not be reached."), Who.PLATFORM, _WAIT, Cure.RETRY),
    GARBAGE: (_("Desk's answer could not be understood."), Who.PLATFORM, _WAIT, Cure.RETRY),
    # Desk itself
    141000: (_("This app is no Desk app."), Who.ADMIN, _PANEL, Cure.CONFIG),
    141001: (
        _("Nobody is online in Desk."),
        Who.AGENT,
        _("You can answer from here all the same."),
    ),
    141002: _BUSY,
    141003: (
        _("Desk cannot give this session to a human now."),
        Who.AGENT,
        _READ,
        Cure.STATE,
    ),
    141004: _REFUSED_FIELD,
    141005: (
        _("The session is over in Desk."),
        Who.CUSTOMER,
        _("The customer's next message begins a new one."),
        Cure.STATE,
    ),
    141009: _OFTEN,
    141010: (
        _("Desk does not know this member."),
        Who.ADMIN,
        _("Check the member's address under the account's servicers."),
    ),
    141011: (_("This member is offline in Desk."), Who.AGENT, _OTHER),
    141012: (_("This member has as many sessions as Desk allows."), Who.AGENT, _OTHER),
    141013: (_("This member is having a break in Desk."), Who.AGENT, _OTHER),
    141014: (_("Beginning a session is switched off in Desk."), Who.ADMIN, _PANEL),
    141015: _NO_CUSTOMER,
    141016: (_("A human has this session already."), Who.AGENT, _READ, Cure.STATE),
    141017: (_("Desk could not assign the session."), Who.AGENT, _OTHER),
    141020: (_("Desk does not know this group."), Who.ADMIN, _PANEL),
    141024: (_("This member has the session already."), Who.AGENT, _READ, Cure.STATE),
    141025: (_("All members are busy in Desk."), Who.AGENT, _OTHER),
    141026: (_("Desk cannot transfer this session now."), Who.AGENT, _READ, Cure.STATE),
    141027: (_("The session does not wait in Desk's queue."), Who.AGENT, _READ, Cure.STATE),
    # Any call
    60002: (_("The API address is not right."), Who.ADMIN, _KEYS, Cure.CONFIG),
    60003: _REFUSED_FIELD,
    60004: _SIGNATURE,
    60005: _SIGNATURE,
    60006: _NO_APP,
    60007: _OFTEN,
    60008: _BUSY,
    60009: (_("The API address is not right."), Who.ADMIN, _KEYS, Cure.CONFIG),
    60010: _NO_ADMIN,
    60011: _OFTEN,
    60012: _NO_APP,
    60013: _BUSY,
    60015: _REFUSED_FIELD,
    70001: _EXPIRED,
    70003: _SIGNATURE,
    70020: _NO_APP,
    70052: _EXPIRED,
    70107: _NO_CUSTOMER,
    70169: _BUSY,
    70202: _BUSY,
    70402: _REFUSED_FIELD,
    70403: _NO_ADMIN,
    70500: _BUSY,
    # A message
    20001: _REFUSED_FIELD,
    20002: _SIGNATURE,
    20003: _NO_CUSTOMER,
    20004: _BUSY,
    20005: _BUSY,
    20006: (
        _("A callback of the app refused this message."),
        Who.ADMIN,
        _("The app's own words are below."),
    ),
    20009: _NOT_FRIENDS,
    20010: _NOT_FRIENDS,
    20011: _NOT_FRIENDS,
    20012: (_("The app has muted the sender."), Who.ADMIN, _PANEL),
    20016: (_("It is too late to recall this message."), Who.PLATFORM),
    80001: (
        _("The app's moderation stopped this text."),
        Who.AGENT,
        _("Reword it and send it again."),
    ),
    90001: _REFUSED_FIELD,
    90002: _REFUSED_FIELD,
    90003: _REFUSED_FIELD,
    90005: _REFUSED_FIELD,
    90006: _REFUSED_FIELD,
    90007: _REFUSED_FIELD,
    90008: _REFUSED_FIELD,
    90009: _NO_ADMIN,
    90010: _REFUSED_FIELD,
    90011: _REFUSED_FIELD,
    90012: _NO_CUSTOMER,
    90026: _REFUSED_FIELD,
    90031: _REFUSED_FIELD,
    90044: _REFUSED_FIELD,
    90048: _NO_CUSTOMER,
    90054: _REFUSED_FIELD,
    90992: _BUSY,
    90994: _BUSY,
    90995: _BUSY,
    91000: _BUSY,
    93000: (
        _("The message is too large for Desk."),
        Who.AGENT,
        _("Send it in shorter parts."),
    ),
}
