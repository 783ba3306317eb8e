"""What the demo's team wants to know of its customers: fields and tags, as an administrator makes them."""

from sessions.models import CustomField, Tag

KIND = CustomField.Kind
FIELDS = (
    ("会员等级 Level", KIND.ONE, "普通 Standard\n银卡 Silver\n金卡 Gold", ""),
    ("订单号 Order", KIND.TEXT, "", "882026…"),
    ("生日 Birthday", KIND.DATE, "", ""),
    ("兴趣 Interests", KIND.SEVERAL, "耳机 Headphones\n服饰 Clothes\n家居 Home", ""),
    ("CRM", KIND.LINK, "", "https://…"),
)
TAGS = (("VIP", 2), ("批发 Wholesale", 1), ("常退货 Returns often", 6))


def ask_of_customers() -> None:
    """Unless there are fields already."""
    if CustomField.objects.exists():
        return
    CustomField.objects.bulk_create(
        CustomField(name=name, kind=kind, choices=choices, hint=hint, position=place)
        for place, (name, kind, choices, hint) in enumerate(FIELDS)
    )
    Tag.objects.bulk_create(
        (Tag(name=name, hue=hue, scope=Tag.Scope.CUSTOMER) for name, hue in TAGS),
        ignore_conflicts=True,
    )
