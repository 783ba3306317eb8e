"""gettoken and getcallbackip (protocol §1.1, §1.5)."""

from .call import Call
from .errors import Refused


def gettoken(call: Call) -> dict:
    """A token for corpid + corpsecret. Wrong secrets in plenty block the address for an hour."""
    world, options, ip = call.world, call.world.options, call.request.client_ip
    guesses = ("wrong secret", ip)
    world.rates.check((*guesses, 3600), call.now)
    corp_id, secret = (call.request.query.get(name) for name in ("corpid", "corpsecret"))
    if not corp_id or not secret:
        raise Refused(41004 if corp_id else 41002)
    if corp_id not in world.corps:
        raise Refused(40013)
    if secret not in world.corps[corp_id].secrets or world.corps[corp_id].disabled:
        world.rates.count(guesses, options.bad_secrets_per_hour, 3600, call.now)
        raise Refused(40001)
    limit = options.limits.get(call.name, options.limits["*"])
    world.rates.count((corp_id, call.name), limit, 60, call.now)
    token, left = world.tokens.issue(
        corp_id, options.access_token_seconds, call.now, options.reuse_access_token
    )
    return {"access_token": token, "expires_in": left}


def getcallbackip(call: Call) -> dict:
    return {"ip_list": ["127.0.0.1"]}
