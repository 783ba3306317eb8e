"""Customers who write in English."""

from .beats import Persona, card, photo, recall, text, video, voice

JAMES = Persona(
    key="james",
    nickname="James Carter",
    gender=1,
    desk=2,
    english=True,
    opening=(
        text("Hi there, my router dropped off the internet this morning"),
        photo("photo_router.jpg"),
        text("Third light is red. I've already rebooted it once."),
    ),
    turns=(
        (text("Yes, did that. Same thing"), voice("voice_router_en.amr")),
        (text("It started blinking now, is that good or bad?"), video("video_router.mp4")),
        (text("Oh, it just turned green. You're a star, thank you!"),),
    ),
    answers={"model|serial|which router": (text("HomeLink AX3, serial HL3-20417-QX"),)},
    impatient=(
        (text("Anyone around?"),),
        (text("I work from home, so I really need this fixed today."),),
    ),
    patience=75,
    listens=1,
    facts={
        "order": "GL-2026-48813",
        "phone": "+44 7700 900812",
        "address": "14 Mill Lane, Bristol BS3 1AB",
        "photo": "photo_router.jpg",
    },
    entrance={"scene": "help_centre", "scene_param": "article=red-light"},
)

SOFIA = Persona(
    key="sofia",
    nickname="Sofia",
    gender=2,
    desk=2,
    english=True,
    opening=(
        text("Hello! I returned these headphones two weeks ago and haven't seen the refund"),
        card(
            "channels_shop_order",
            order_id="GL-2026-47102",
            product_titles="AN-7 Noise Cancelling Headphones",
            price_wording="US$ 89.00",
            state="Returned",
            image_url="https://example.com/img/anc-headphones.jpg",
            shop_nickname="Soundworld Global",
        ),
    ),
    turns=(
        (text("It was delivered to your warehouse on the 5th, I have the receipt"),),
        (text("So when will it show up on my card?"),),
        (text("Alright, I'll keep an eye on my statement. Thanks for checking."),),
    ),
    answers={"tracking": (text("Tracking number is 1Z 999 AA1 01 2345 6784"),)},
    impatient=((text("Is this chat staffed at all?"),), (text("I'd rather not call my bank."),)),
    patience=80,
    listens=2,
    mood=4,
    returns=(text("Just to let you know, the refund arrived. Thanks again!"),),
    facts={"order": "GL-2026-47102", "phone": "+1 415 555 0142"},
)

PRIYA = Persona(
    key="priya",
    nickname="Priya Nair",
    gender=2,
    desk=2,
    english=True,
    opening=(
        text("Hi, do you ship to Singapore?"),
        card(
            "link",
            title="AN-7 Noise Cancelling Headphones, Obsidian",
            desc="Up to 40 hours of quiet. Free returns within 30 days.",
            url="https://example.com/p/an-7",
            pic_url="https://example.com/img/anc-headphones.jpg",
        ),
    ),
    turns=(
        (
            text("Great. It would go here:"),
            card(
                "location",
                latitude=1.279318,
                longitude=103.854137,
                name="Marina Bay Financial Centre, Tower 2",
                address="10 Marina Blvd, Singapore 018983",
            ),
        ),
        (text("Does the warranty still apply if I buy from your global store?"),),
        (text("Perfect, placing the order now 😊"),),
    ),
    impatient=((text("No rush, just let me know when you can."),),),
    patience=160,
    listens=1,
    facts={"address": "10 Marina Blvd, Singapore 018983"},
    entrance={"channels": {"nickname": "Soundworld Global", "scene": 3}},
)

TOM = Persona(
    key="tom",
    nickname="Tom Becker",
    gender=1,
    desk=2,
    english=True,
    opening=(
        text("Your app charged me twice."),
        photo("screen_payment.jpg"),
        text("This is ridiculous, I want my money back today"),
    ),
    turns=(
        (text("Why do I have to wait for your mistake?"),),
        (text("Fine. Send me something in writing please."),),
        (text("Got it. Not happy, but thanks for being straight with me."),),
    ),
    answers={"app version|which app|device": (text("iPhone, the latest version from the store"),)},
    impatient=(
        (text("Hello???"),),
        (text("Still waiting."),),
        (text("I'm filing a chargeback with my bank now."),),
    ),
    patience=45,
    listens=1,
    mood=2,
    remark="It should not take three days to undo your own mistake.",
    facts={
        "order": "PAY-20261120-2107",
        "phone": "+49 1512 5550198",
        "photo": "screen_payment.jpg",
    },
)

EMMA = Persona(
    key="emma",
    nickname="Emma 李",
    gender=2,
    desk=2,
    english=True,
    opening=(
        text("Hi! My sweater came in the wrong colour 😅"),
        photo("photo_sweater.jpg"),
        text("I orderd sage, this is red"),
        recall(after=3),
        text("I ordered sage, this is very much burgundy"),
    ),
    turns=(
        (text("An exchange would be lovely. Do I need to print a label?"),),
        (text("中文也可以的，我都看得懂 :)"),),
        (text("Brilliant, dropping it off tomorrow. Thank you!"),),
    ),
    impatient=((text("Hope someone's there :)"),),),
    patience=120,
    listens=1,
    facts={"order": "GL-2026-49330", "phone": "+61 491 570 156", "photo": "photo_sweater.jpg"},
)

ENGLISH = (JAMES, SOFIA, PRIYA, TOM, EMMA)
