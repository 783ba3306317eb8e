"""Customers with something to mend, in Chinese."""

from .beats import Persona, block, card, photo, recall, text, video, voice

XIAOMING = Persona(
    key="xiaoming",
    nickname="小明",
    gender=1,
    desk=1,
    opening=(
        text("你好，昨天收到的快递箱子破了"),
        photo("photo_parcel.jpg"),
        text("里面的耳机也压变形了，能换一副吗？"),
    ),
    turns=(
        (text("换新的就行，要把坏的寄回去吗"),),
        (text("运费谁出？"),),
        (text("好的，那我今天就寄，谢谢！", "没问题，谢谢你处理得这么快👍"),),
    ),
    answers={"外包装|面单|签收": (text("签收的时候没注意，快递放门口就走了"),)},
    impatient=(
        (text("在吗？"),),
        (text("麻烦尽快处理一下，我后天出差要用"),),
        (text("再没人回我就申请平台介入了"),),
    ),
    patience=75,
    listens=1,
    facts={
        "order": "8820261117004512",
        "phone": "136****9021",
        "address": "广州市海珠区新港中路 356 号 2 栋 1103",
        "photo": "photo_parcel.jpg",
    },
    entrance={"scene": "order_page", "scene_param": "order=8820261117004512"},
)

AWEI = Persona(
    key="awei",
    nickname="阿伟🌊",
    gender=1,
    desk=1,
    opening=(
        text("我的快递怎么三天没动了"),
        card(
            "channels_shop_order",
            order_id="3721090211447",
            product_titles="户外防水双肩包 35L",
            price_wording="¥329.00",
            state="待收货",
            image_url="https://example.com/img/backpack.jpg",
            shop_nickname="山野集",
        ),
        voice("voice_parcel_zh.amr"),
    ),
    turns=(
        (text("催了有用吗？上次也说催，两天没人理我"),),
        (text("周五我就要去爬山了，周四之前到不了我就退款"),),
        (text("行吧，再信你们一次"),),
    ),
    impatient=(
        (text("有人吗？？"),),
        (text("这就是你们的服务？"), text("等了这么久一个回的都没有😡")),
        (text("不用回了，直接投诉"), block()),
    ),
    patience=50,
    listens=2,
    mood=2,
    remark="回复太慢了，每次都是让我等",
    facts={"order": "3721090211447", "phone": "187****3302", "address": "深圳市南山区科苑路 15 号"},
)

LAOWANG = Persona(
    key="laowang",
    nickname="老王",
    desk=1,
    opening=(
        text("同志你好"),
        text("我家的路由器上不了网了"),
        text("这个红灯一直闪", after=4),
        video("video_router.mp4"),
    ),
    turns=(
        (text("什么叫重启"), text("是把电拔了再插上吗？")),
        (text("拔了", after=8), text("现在绿灯了"), recall(after=5), text("不对，还是红灯")),
        (text("哦，线松了！插紧就好了"), text("谢谢你啊小同志，有耐心")),
    ),
    answers={"型号|哪一款": (text("上面写的 HomeLink AX3"), photo("photo_router.jpg"))},
    impatient=((text("不着急，你先忙"),),),
    patience=150,
    listens=1,
    facts={"phone": "133****5518", "photo": "photo_router.jpg"},
)

HAITAO = Persona(
    key="haitao",
    nickname="周海涛",
    gender=1,
    desk=1,
    opening=(
        text("付款失败了但是钱扣了！！"),
        photo("screen_payment.jpg", after=3),
        text("我点了三次，扣了我两笔 128.5"),
    ),
    turns=(
        (text("那多久能退回来？"),),
        (text("1-3 个工作日……我的钱凭什么放你们那三天"),),
        (text("能不能给我个退款单号，我心里有个底"),),
        (text("行，到账了我再来说一声"),),
    ),
    answers={"银行|支付方式|怎么付": (text("零钱通，两笔都是 21:07"),)},
    impatient=((text("？？？"),), (text("别不说话啊，钱都扣了"),)),
    patience=45,
    listens=1,
    mood=3,
    remark="问题解决了，但是退款要等三天",
    returns=(text("钱到账了，刚收到通知"), text("谢谢")),
    facts={"order": "PAY20261120210745", "phone": "150****7741", "photo": "screen_payment.jpg"},
    entrance={"scene": "payment_result"},
)

ZHAOMIN = Persona(
    key="zhaomin",
    nickname="赵敏",
    gender=2,
    desk=1,
    opening=(text("您好，地址填错了，可以帮我改一下吗"), text("订单还没发货")),
    turns=(
        (
            text("改到公司这边"),
            card(
                "location",
                latitude=31.230416,
                longitude=121.473701,
                name="人民广场来福士广场",
                address="上海市黄浦区西藏中路 268 号",
            ),
            text("18 楼前台，电话不变"),
        ),
        (text("好的，改好了麻烦跟我说一声"),),
        (text("谢谢，太及时了🙏"),),
    ),
    impatient=((text("麻烦看一下，怕一会儿就发货了"),),),
    patience=60,
    listens=1,
    facts={
        "order": "8820261120009937",
        "phone": "186****4410",
        "address": "上海市黄浦区西藏中路 268 号 18 楼",
    },
)

XUJIE = Persona(
    key="xujie",
    nickname="徐洁",
    gender=2,
    desk=1,
    opening=(
        text("毛衣颜色发错了吧"),
        photo("photo_sweater.jpg"),
        text("左边是我拍的，右边是收到的"),
    ),
    turns=(
        (text("我不想换了，直接退可以吗"),),
        (text("退货地址发我一下"), text("另外差评我先不写，看你们处理")),
        (text("OK，寄出了我发单号"),),
    ),
    answers={"保留|留着|补偿|优惠": (text("能补多少？太少就算了"),)},
    impatient=((text("有没有人啊"),), (text("我直接在平台点退款了啊"),)),
    patience=70,
    listens=2,
    mood=4,
    returns=(text("寄出了，顺丰 SF1480032276619"),),
    facts={"order": "3720994118206", "phone": "177****0925", "photo": "photo_sweater.jpg"},
)

AFTER_SALE = (XIAOMING, AWEI, LAOWANG, HAITAO, ZHAOMIN, XUJIE)
