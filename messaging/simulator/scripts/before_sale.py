"""Customers who have not bought yet, in Chinese."""

from .beats import Persona, card, file, merged, photo, recall, text, voice

LILI = Persona(
    key="lili",
    nickname="李丽",
    gender=2,
    desk=0,
    opening=(
        text("你好，在吗？", "您好～"),
        card(
            "channels_shop_product",
            product_id="10000231187",
            head_image="https://example.com/img/nordwool-cardigan.jpg",
            title="NORDWOOL 美利奴羊毛开衫 秋冬款",
            sales_price="45900",
            shop_nickname="北地羊毛旗舰店",
            shop_head_image="https://example.com/img/nordwool.png",
        ),
        text("这件雾绿色还有 M 码吗？我 163，98 斤"),
    ),
    turns=(
        (text("那会不会起球呀？我上一件穿两次就起球了"), photo("photo_tag.jpg")),
        (text("现在下单大概什么时候能到杭州？"), text("周末要穿，有点急😂")),
        (text("好的，那我这就拍，谢谢亲～", "行，我下单啦，谢谢！"),),
    ),
    answers={"身高|体重|三围|尺码": (text("163cm，49kg，平时穿 M，肩膀稍微有点宽"),)},
    impatient=((text("还在吗？"),), (text("没人的话我就去别家看看了"),)),
    listens=1,
    returns=(text("你好，刚才那件我拍好了"), text("能帮我备注一下发顺丰吗？运费我补")),
    facts={"order": "3310882947215", "phone": "138****2071", "photo": "photo_tag.jpg"},
    entrance={"scene": "product_page", "scene_param": "sku=NW-2207"},
)

SUNHAO = Persona(
    key="sunhao",
    nickname="孙浩 Leo",
    gender=1,
    desk=0,
    opening=(
        text("刚在直播间看到的，还有库存吗"),
        card(
            "channels_shop_product",
            product_id="10000455210",
            head_image="https://example.com/img/anc-headphones.jpg",
            title="头戴式主动降噪耳机 AN-7 曜石黑",
            sales_price="59900",
            shop_nickname="声界数码",
            shop_head_image="https://example.com/img/soundworld.png",
        ),
    ),
    turns=(
        (text("直播间说下单送耳机包，现在还有吗"),),
        (text("行"), text("那降噪和你们上一代比提升大不大？通勤坐地铁用")),
        (text("明白了，那我今晚直播再抢一次，谢了"),),
    ),
    impatient=((text("？"),), (text("直播马上结束了，麻烦快点"),)),
    patience=60,
    listens=2,
    entrance={"channels": {"nickname": "声界数码", "scene": 2}},
)

QUIET = Persona(
    key="quiet",
    nickname="默默",
    desk=0,
    opening=(text("耳机防水吗"),),
    is_silent=True,
    patience=1e9,
)

SIQI = Persona(
    key="siqi",
    nickname="陈思琪·云澜科技",
    gender=2,
    desk=0,
    opening=(
        text("您好，我们公司想采购 60 副耳机做年会礼品"),
        merged(
            "群聊的聊天记录",
            (1795140120, "行政-陈思琪", "年会礼品定了吗？"),
            (1795140185, "财务-老周", "预算每人 550 以内，要专票"),
            (1795140240, "行政-陈思琪", "那我去问问降噪耳机的团购价"),
            (1795140290, "HR-Mia", "最好能刻公司 logo"),
        ),
        text("预算和要求都在上面了，麻烦看看能不能做"),
    ),
    turns=(
        (text("能开增值税专用发票吗？之前供应商开的是这种"), file("invoice.pdf")),
        (text("刻 logo 的话要多久？我们 12 月 20 号开年会"),),
        (text("好的，我跟领导汇报一下，有结果联系您。您这边方便留个对接人吗？"),),
        (text("收到，辛苦您了！"),),
    ),
    answers={
        "公司|抬头|税号": (text("上海云澜科技有限公司，税号 91310115MA1K4XXXXX"),),
        "数量|多少副|几副": (text("先按 60 副报价，可能会加到 80"),),
    },
    impatient=((text("您好，请问有企业采购的同事在吗？"),),),
    patience=150,
    listens=3,
    facts={"phone": "021-5888-0000 转 806", "address": "上海市浦东新区祖冲之路 1500 号 3 楼"},
    entrance={"scene": "business", "scene_param": "from=website_footer"},
)

XIAOYU = Persona(
    key="xiaoyu",
    nickname="林小雨☔",
    gender=2,
    desk=0,
    opening=(
        text("小程序里领的券用不了😭"),
        card(
            "miniprogram",
            thumb="thumb_headphones.jpg",
            title="新人专享券 满 500 减 60",
            appid="wx7c8d593b2c3a7703",
            pagepath="pages/coupon/detail.html?id=8821",
        ),
        text("结算的时候不显示"),
    ),
    turns=(
        (text("我看看哦", after=3), text("是满了 500 的呀，耳机 599")),
        (
            text("啊原来要在小程序里下单才行"),
            recall(after=4),
            text("哦哦，懂了，要从小程序下单对吧"),
        ),
        (text("可以了可以了！谢谢小姐姐❤️"),),
    ),
    impatient=((text("有人吗有人吗"),), (text("券今天就过期了……"),)),
    patience=75,
    listens=1,
    facts={"phone": "159****6630"},
)

JIAYI = Persona(
    key="jiayi",
    nickname="吴佳怡",
    gender=2,
    desk=0,
    opening=(
        text("请问这个吊牌上的手洗是必须手洗吗"),
        photo("photo_tag.jpg"),
        text("洗衣机的羊毛档可以不"),
    ),
    turns=(
        (text("那用普通洗衣液行吗，还是要买专门的"),),
        (text("知道啦，谢谢"), voice("voice_thanks_zh.amr")),
    ),
    impatient=((text("不急哈，有空回我就行"),),),
    patience=180,
    listens=1,
    returns=(text("再问一句哈，晾的时候要平铺吗？"),),
    facts={"photo": "photo_tag.jpg"},
)

HEZONG = Persona(
    key="hezong",
    nickname="何总（建材）",
    gender=1,
    desk=0,
    opening=(
        card("channels", sub_type=1, nickname="声界数码", title="AN-7 开箱：地铁里终于安静了"),
        text("看到你们这条视频"),
        text("我要 5 副送客户，包装要好一点"),
    ),
    turns=(
        (text("价格好说，关键是体面"),),
        (
            text("寄到这里"),
            card(
                "location",
                latitude=30.572815,
                longitude=104.066801,
                name="天府国际金融中心",
                address="四川省成都市高新区交子大道 88 号",
            ),
        ),
        (text("行，你安排"),),
    ),
    impatient=((text("人呢"),), (text("算了，忙就不勉强了"),)),
    patience=80,
    listens=4,
    mood=4,
    facts={"phone": "139****8800", "address": "成都市高新区交子大道 88 号"},
)

BEFORE_SALE = (LILI, SUNHAO, QUIET, SIQI, XIAOYU, JIAYI, HEZONG)
