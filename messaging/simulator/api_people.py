"""Accounts, servicers and customers (protocol §7)."""

import re
import secrets

from . import faces
from .budget import WINDOW
from .call import Call
from .errors import TEXTS, Refused
from .fields import integer, integers, string, strings
from .model import Account, Customer, Servicer

MAX_ACCOUNTS = 5000
MAX_NAME = 16  # characters


def account_list(call: Call) -> dict:
    """Every account of the corp, also those that the app may only see."""
    offset = integer(call.body, "offset", 0, 2**32 - 1, 0)
    limit = integer(call.body, "limit", 1, 100, 100)
    accounts = _accounts(call)[offset : offset + limit]
    names = ("open_kfid", "name", "avatar", "manage_privilege")
    return {"account_list": [{name: getattr(a, name) for name in names} for a in accounts]}


def account_add(call: Call) -> dict:
    """Needs one account that the app already manages."""
    if not any(account.manage_privilege for account in _accounts(call)):
        raise Refused(48007)
    if len(_accounts(call)) >= MAX_ACCOUNTS:
        raise Refused(95005)
    name, avatar = _name(call), _avatar(call)
    account = call.world.add_account(name, avatar=avatar, corp_id=call.corp.corp_id)
    return {"open_kfid": account.open_kfid}


def account_del(call: Call) -> dict:
    """At least one account must remain."""
    account = call.account()
    if len(_accounts(call)) == 1:
        raise Refused(95005)
    call.world.delete_account(account.open_kfid)
    return {}


def account_update(call: Call) -> dict:
    account = call.account()
    if "name" in call.body:
        account.name = _name(call)
    if "media_id" in call.body:
        account.avatar = _avatar(call)
    return {}


def add_contact_way(call: Call) -> dict:
    """A link for customers; World.open_link opens it."""
    account = call.account()
    scene = string(call.body, "scene", 32, required=False)
    if not re.fullmatch(r"[0-9a-zA-Z_-]*", scene):
        raise Refused(40058, "field scene has illegal characters")
    base = call.world.options.link_base
    mark = f"?enc_scene=ENC{secrets.token_urlsafe(12)}" if scene else ""
    url = f"{base}/kfid/{account.open_kfid}{mark}"
    call.world.links[url] = (account.open_kfid, scene)
    return {"url": url}


def servicer_list(call: Call) -> dict:
    account = call.account(call.request.query)
    rows: list[dict] = [
        {"userid": s.userid, "status": s.status, **({"stop_type": s.stop_type} if s.status else {})}
        for s in account.servicers.values()
    ]
    return {"servicer_list": rows + [{"department_id": d} for d in account.departments]}


def servicer_add(call: Call) -> dict:
    account = call.account()
    userids, departments = _members(call, 20)
    rows = [_row("userid", u, _add_servicer(call, account, u)) for u in userids]
    return {"result_list": rows + [_add_department(call, account, d) for d in departments]}


def servicer_del(call: Call) -> dict:
    account = call.account()
    userids, departments = _members(call, 100)
    rows = []
    for userid in userids:
        gone = account.servicers.pop(userid, None)
        rows.append(_row("userid", userid, "success" if gone else "ignored"))
    for department in departments:
        known = department in account.departments
        account.departments = [d for d in account.departments if d != department]
        rows.append(_row("department_id", department, "success" if known else "ignored"))
    return {"result_list": rows}


def customer_batchget(call: Call) -> dict:
    """Profiles of those who were there in the last 48 h; the others are "invalid", errcode 0."""
    ids = strings(call.body, "external_userid_list", 100)
    if not ids:
        raise Refused(40058, "field external_userid_list unexpected empty")
    context = integer(call.body, "need_enter_session_context", 0, 1, 0)
    found, invalid = [], []
    for external_userid in ids:
        customer = call.world.customers.get(external_userid)
        if customer and _is_recent(call, customer):
            found.append(_profile(call, customer, bool(context)))
        else:
            invalid.append(external_userid)
    return {"customer_list": found, "invalid_external_userid": invalid}


def _accounts(call: Call) -> list[Account]:
    accounts = call.world.accounts.values()
    return [a for a in accounts if a.corp_id == call.corp.corp_id and not a.deleted]


def _name(call: Call) -> str:
    name = call.body.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME:
        raise Refused(95006)
    return name


def _avatar(call: Call) -> str:
    media_id = string(call.body, "media_id", 128)
    call.world.media.get(call.corp.corp_id, media_id, call.now)
    return f"https://wework.qpic.cn/wwpic/{media_id}/0"


def _members(call: Call, most_departments: int) -> tuple[list[str], list[int]]:
    userids = strings(call.body, "userid_list", 100)
    departments = integers(call.body, "department_id_list", most_departments)
    if not userids and not departments:
        raise Refused(40058, "field userid_list and department_id_list both empty")
    return userids, departments


def _add_servicer(call: Call, account: Account, userid: str) -> int | str:
    """An errcode, or the text of a row that went well."""
    member = call.corp.members.get(userid)
    if member is None:
        return 60111
    if not member.visible:
        return 60030
    if userid in account.servicers:
        return "ignored"
    account.servicers[userid] = Servicer(userid)
    return "success"


def _add_department(call: Call, account: Account, department: int) -> dict:
    if department not in call.corp.departments:
        return _row("department_id", department, 60123)
    known = department in account.departments
    account.departments += [] if known else [department]
    return _row("department_id", department, "ignored" if known else "success")


def _row(name: str, value: str | int, result: int | str) -> dict:
    if isinstance(result, str):
        return {name: value, "errcode": 0, "errmsg": result}
    return {name: value, "errcode": result, "errmsg": TEXTS[result]}


def _is_recent(call: Call, customer: Customer) -> bool:
    mine = customer.corp_id == call.corp.corp_id
    return mine and (customer.last_active or 0) >= call.now - WINDOW


def _profile(call: Call, customer: Customer, context: bool) -> dict:
    names = ("external_userid", "nickname", "avatar", "gender")
    profile = {name: getattr(customer, name) for name in names}
    if call.world.options.has_faces and not customer.avatar:
        profile["avatar"] = faces.address_of(call.request, customer)
    if customer.unionid:
        profile["unionid"] = customer.unionid
    if context and (customer.entered_at or 0) >= call.now - WINDOW:
        profile["enter_session_context"] = customer.entrance
    return profile
