"""Ids that look like the platform's."""

import secrets


def new_msgid() -> str:
    return secrets.token_urlsafe(24)


def new_open_kfid() -> str:
    return "wk" + secrets.token_urlsafe(22)


def new_external_userid() -> str:
    return "wm" + secrets.token_urlsafe(22)
