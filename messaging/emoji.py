"""WeChat's own faces: `[微笑]` in a text is a picture on the phone, and is drawn as one here.

WeChat writes them in the language of the phone. What is not in the table stays text.
"""

import re

_FACES = """
微笑 Smile 🙂|撇嘴 Grimace 😒|色 Drool 😍|发呆 Scowl 😳|得意 CoolGuy 😎|流泪 Sob 😢|害羞 Shy ☺️|闭嘴 Silent 🤐
睡 Sleep 😴|大哭 Cry 😭|尴尬 Awkward 😅|发怒 Angry 😡|调皮 Tongue 😜|呲牙 Grin 😁|惊讶 Surprise 😲|难过 Frown 🙁
囧 Blush 😖|抓狂 Scream 😫|吐 Puke 🤮|偷笑 Chuckle 🤭|愉快 Joyful 😊|白眼 Slight 🙄|傲慢 Smug 😤|困 Drowsy 🥱
惊恐 Panic 😱|憨笑 Laugh 😄|悠闲 Commando 😌|咒骂 Scold 🤬|疑问 Shocked 🤔|嘘 Shhh 🤫|晕 Dizzy 😵|衰 Toasted 😞
骷髅 Skull 💀|敲打 Hammer 🔨|再见 Wave 👋|擦汗 Relief 😓|鼓掌 Clap 👏|坏笑 Trick 😏|鄙视 Pooh-pooh 😒|委屈 Shrunken 🥺
快哭了 TearingUp 😿|阴险 Sly 😈|亲亲 Kiss 😘|可怜 Whimper 🥺|笑脸 Happy 😃|生病 Sick 😷|脸红 Flushed 😳|破涕为笑 Lol 😂
恐惧 Terror 😨|失望 LetDown 😔|无语 Duh 😑|嘿哈 Hey 🤗|捂脸 Facepalm 🤦|奸笑 Smirk 😼|机智 Smart 🤓|皱眉 Concerned 😟
耶 Yeah! ✌️|吃瓜 Onlooker 🍉|加油 GoForIt 💪|汗 Sweats 😓|天啊 OMG 😱|Emm Emm 🤔|旺柴 Doge 🐶|好的 NoProb 👌
哇 Wow 🤩|翻白眼 Boring 🙄|让我看看 LetMeSee 👀|叹气 Sigh 😮|裂开 Broken 💔|嘴唇 Lips 👄|爱心 Heart ❤️|心碎 BrokenHeart 💔
拥抱 Hug 🤗|强 ThumbsUp 👍|弱 ThumbsDown 👎|握手 Shake 🤝|胜利 Peace ✌️|抱拳 Salute 🙏|拳头 Fist ✊|OK OK 👌
合十 Worship 🙏|啤酒 Beer 🍺|咖啡 Coffee ☕|蛋糕 Cake 🎂|玫瑰 Rose 🌹|凋谢 Wilt 🥀|菜刀 Cleaver 🔪|炸弹 Bomb 💣
便便 Poop 💩|月亮 Moon 🌙|太阳 Sun ☀️|庆祝 Party 🎉|礼物 Gift 🎁|红包 Packet 🧧|福 Blessing 🧧|烟花 Fireworks 🎆
爆竹 Firecracker 🧨|猪头 Pig 🐷|跳跳 Waddle 🕺|发抖 Tremble 🥶|转圈 Twirl 💃
"""
FACES: dict[str, str] = {}
for _face in _FACES.replace("\n", "|").strip("|").split("|"):
    _chinese, _english, _glyph = _face.split()
    FACES[f"[{_chinese}]"] = FACES[f"[{_english}]"] = _glyph

CODE = re.compile(r"\[[^\[\]\s]{1,12}\]")

# What the picker offers: WeChat's faces by their Chinese names, then what every phone has.

# What the picker offers: WeChat's faces by their Chinese names, then what every phone has.
_OFFERED = """
微笑 愉快 呲牙 憨笑 偷笑 害羞 色 亲亲 得意 机智 调皮 耶 好的 OK 强 胜利 握手 抱拳 合十 鼓掌
加油 拥抱 爱心 玫瑰 庆祝 礼物 红包 蛋糕 咖啡 太阳 再见 疑问 尴尬 擦汗 捂脸 委屈 可怜 流泪 难过 失望
"""
_COMMON = """
😀 😄 😂 😉 🤗 🤔 😮 😴 🙏 💪 👋 ⭐ 🔥 📦 🚚 🛒 💳 🧾 📷 📎 📍 ⏰ ✅ ❌ ❗ ❓ 💡
"""
PICKER = [(f"[{name}]", FACES[f"[{name}]"]) for name in _OFFERED.split()]
PICKER += [(glyph, glyph) for glyph in _COMMON.split()]
