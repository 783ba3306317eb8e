"""What anybody would say: answers to common questions, and the words of WeCom's own servicers."""

# What is asked for, and the answer with the persona's own fact in it. Only in questions.
ASKED = {
    False: {
        "order": (r"订单号|单号|订单编号", "订单号：{}"),
        "phone": (r"手机号|电话|联系方式", "{}"),
        "address": (r"地址|寄到哪", "{}"),
        "photo": (r"照片|图片|截图|拍", ""),
    },
    True: {
        "order": (r"order (number|no|id)|reference", "It's {}"),
        "phone": (r"phone|number to reach", "{}"),
        "address": (r"address|where .*(ship|send)", "{}"),
        "photo": (r"photo|picture|screenshot", ""),
    },
}
QUESTION = r"[?？吗呢]|请|麻烦|提供|告诉|发我|发一下|多少|could|can you|may i|please|what|which"

# Texts that no human wrote get no answer.
AUTOMATIC = r"自动回复|排队|前面还有|工作时间|上班时间|服务时间|欢迎(光临|咨询|来到)|in the queue|in line|(office|business|opening) hours|welcome to"
# A greeting and nothing else; what comes with an answer is taken as the answer.
GREETING = r"^\W*(您好|你好|在的|哈喽|hi|hello|hey|good (morning|afternoon|evening))\W*(there|亲|(请问)?有?什么可以帮.*|(很高兴)?为您服务.*|(how|what) (can|may) .*)?\W*$"
GREETED = {
    False: ("你好，就是上面说的这个", "嗯嗯，麻烦看一下上面发的", "你好～"),
    True: ("Hi! It's about the above", "Hello, please see above", "Hi!"),
}
WAIT = {False: r"稍等|稍候|等一下|查一下|核实", True: r"one moment|hold on|let me check|a second"}
WAITING = {
    False: ("好的，我等你", "嗯嗯，麻烦了", "好"),
    True: ("Sure, take your time", "OK, thanks", "No problem, I'll wait"),
}
SORRY = {False: r"抱歉|对不起|不好意思", True: r"sorry|apolog"}
FORGIVEN = {
    False: ("没事没事，能解决就行", "没关系的"),
    True: ("That's alright", "No worries, these things happen"),
}
UNFORGIVEN = {
    False: ("道歉就不用了，先解决问题吧", "别光抱歉呀，先帮我看看"),
    True: ("I'd rather have it fixed than an apology.", "Sorry doesn't help me much right now."),
}
WHY = r"原因|哪里|建议|改进|评论|why|improve|reason|comment|better"

# A menu that asks for a rating, and how its items read from bad to good.
SURVEY = r"满意|评价|打分|评分|satisf|rate|rating|★|⭐|feedback"
RATINGS = (
    (1, r"非常不满|很不满|very (dis|un)|terrible|awful|very poor|很差"),
    (2, r"不满|dissatisf|unsatisf|unhappy|poor|bad|较差|差评|没有解决|not solved"),
    (3, r"一般|还行|中评|neutral|average|okay|so-so|fair"),
    (5, r"非常满意|很满意|very|excellent|great|perfect|好评"),
    (4, r"满意|satisf|good|happy|较好|解决|solved"),
)
PEOPLE = r"人工|客服|转接|agent|human|person|someone|representative"  # in a welcome menu

# The servicers in WeCom's client: said one after another, then they end the session.
SERVICER = {
    False: (
        "您好，我是人工客服，刚看了前面的记录，我来帮您处理。",
        "好的，我已经给您登记了，麻烦稍等我核实一下。",
        "核实好了，今天之内会有专人联系您，请保持手机畅通。",
        "请问还有其他可以帮您的吗？没有的话先祝您生活愉快～",
    ),
    True: (
        "Hello, I've read through the conversation and I'm taking it from here.",
        "I've logged it on our side, give me a moment to check.",
        "All set: a specialist will contact you later today.",
        "Is there anything else? If not, have a lovely day!",
    ),
}
