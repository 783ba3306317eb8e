"""The form of a connection: what each system needs, in the order in which it is set up (README.md)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.models import Connection

Fieldsets = list[tuple[Any, dict[str, Any]]]
NAME: Fieldsets = [(None, {"fields": ["name", "backend", "is_enabled"]})]
STATE: Fieldsets = [(_("State"), {"fields": ["fault_in_words", "fault_at", "created_at"]})]


def _step(title: Any, description: Any, *fields: str) -> tuple[Any, dict[str, Any]]:
    return title, {"fields": list(fields), "description": description}


def _more(*fields: str) -> tuple[Any, dict[str, Any]]:
    return _("Advanced"), {"fields": list(fields), "classes": ["collapse"]}


WECOM = [
    _step(
        _("1. Make an app"),
        _(
            "WeCom admin → 应用管理 → 自建 → 创建应用. Its visible range (可见范围) must hold everybody who serves "
            "customers in WeCom itself. The corp id (企业ID) stands under 我的企业."
        ),
        "identity",
        "secret",
    ),
    _step(
        _("2. Open the callback form"),
        _(
            "In the app: 接收消息 → 设置API接收. Let it make a Token and an EncodingAESKey (随机获取), and leave "
            "that page open."
        ),
        "callback_token",
        "aes_key",
    ),
    _step(
        _("3. Save here, then there"),
        _(
            "Save here first: WeCom calls the address while its form is saved, and the console must know Token and "
            "key by then. Then paste this address there as URL, tick 微信客服消息和事件 where it is offered, and save."
        ),
        "callback_url",
    ),
    _step(
        _("4. Let it reach the accounts"),
        _(
            "In the app, 企业可信IP: the address from which this server goes out. WeCom admin → 微信客服 → API: add "
            "the app under 可调用接口的应用; then, under 通过API管理微信客服账号 → 企业内部开发, choose the accounts."
        ),
    ),
    _more("api_base", "allow_private_media"),
]
STAFFSERVICE = [
    _step(
        _("1. Agree with the app"),
        _(
            "Agree on an appid and an appsecret, and ask for the address under which the app takes answers: the "
            "part before /staffService/message."
        ),
        "identity",
        "secret",
        "api_base",
    ),
    _step(
        _("2. Save here, then give the app its address"),
        _("Behind it, the app adds its own path: api/v1/appid/staffService/message."),
        "callback_url",
    ),
    (_("Files and calls"), {"fields": ["media_base_url", "allow_private_media", "stale_seconds"]}),
]
DESK = [
    _step(
        _("1. Note what the app has"),
        _(
            "In the chat console (即时通信 IM): its SDKAppID, its key (密钥) and an administrator account. Set a token "
            "for callbacks there, so that they are signed."
        ),
        "identity",
        "admin",
        "secret",
        "callback_token",
    ),
    _step(
        _("2. Save here, then give Desk its address"),
        _(
            "Desk's management panel → 设置 > 开发者设置: enter this address and switch it on. For routing by the "
            "console, enter it there as well, with 业务服务器 as the allocation policy. Let members receive automatically."
        ),
        "callback_url",
    ),
    (_("Callbacks"), {"fields": ["signing", "sources", "group"]}),
    _more("api_base", "allow_private_media"),
]
OF_BACKEND: dict[str, Fieldsets] = {
    Connection.Backend.WECOM: WECOM,
    Connection.Backend.STAFFSERVICE: STAFFSERVICE,
    Connection.Backend.DESK: DESK,
}


def of(backend: str) -> Fieldsets:
    return [*NAME, *OF_BACKEND[backend]]


def fields_of(backend: str) -> set[str]:
    return {name for _title, options in of(backend) for name in options["fields"]}


def backend_of(*said: str | None) -> str:
    """The first that is one; else the usual."""
    return next((one for one in said if one in OF_BACKEND), Connection.Backend.WECOM)
