"""Bodies of messages that customers and servicers send from their phones (protocol §3.3)."""

import base64

from .errors import Impossible
from .media import INBOUND_LIMITS, MediaStore
from .samples import SAMPLES

# kind -> the fields of its body, with what a sample message carries.
SHAPES: dict[str, dict] = {
    "text": {"content": ""},
    "location": {
        "latitude": 23.106021881103516,
        "longitude": 113.320503234863,
        "name": "广州国际媒体港(广州市海珠区)",
        "address": "广东省广州市海珠区滨江东路",
    },
    "link": {
        "title": "TITLE",
        "desc": "DESC",
        "url": "https://example.com/",
        "pic_url": "https://example.com/a.png",
    },
    "business_card": {"userid": "zhangsan"},
    "miniprogram": {
        "title": "小程序",
        "appid": "wx0000000000000000",
        "pagepath": "pages/index.html",
        "thumb_media_id": "",
    },
    "msgmenu": {"head_content": "", "list": [], "tail_content": ""},
    "channels_shop_product": {
        "product_id": "1000000",
        "head_image": "https://example.com/p.png",
        "title": "商品",
        "sales_price": "9900",
        "shop_nickname": "小店",
        "shop_head_image": "https://example.com/s.png",
    },
    "channels_shop_order": {
        "order_id": "2000000",
        "product_titles": "商品",
        "price_wording": "¥99.00",
        "state": "待发货",
        "image_url": "https://example.com/o.png",
        "shop_nickname": "小店",
    },
    "merged_msg": {"title": "聊天记录", "item": []},
    "channels": {"sub_type": 1, "nickname": "视频号", "title": "动态"},
    "meeting": {},
    "calendar": {},
    "note": {},
}


def make_content(media: MediaStore, corp_id: str, kind: str, fields: dict, now: float) -> dict:
    """The body of an inbound message. Kinds we do not know pass as given: the set grows.

    A file past the caps of protocol §3.2 comes out as {"too_large": True}.
    """
    if kind in SAMPLES:
        return _file(media, corp_id, kind, fields, now)
    if kind == "text" and not fields.get("content"):
        raise Impossible("an empty text cannot be sent")
    return {**SHAPES.get(kind, {}), **fields}


def _file(media: MediaStore, corp_id: str, kind: str, fields: dict, now: float) -> dict:
    if "media_id" in fields:
        return {"media_id": media.get(corp_id, str(fields["media_id"]), now).media_id}
    name, sample = SAMPLES[kind]
    data = fields.get("data")
    if data is None:
        data = sample()
    elif isinstance(data, str):  # JSON of the control plane carries base64
        data = base64.b64decode(data)
    if len(data) > INBOUND_LIMITS[kind]:
        return {"too_large": True}
    stored = media.add(corp_id, kind, str(fields.get("filename") or name), data, now)
    return {"media_id": stored.media_id}
