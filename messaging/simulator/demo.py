"""A small corp to play with. The product's demo command reads the constants."""

from .world import World

CORP_ID = "wwdemo0000000000kf"
SECRET = "demo-secret-of-the-simulated-kf-app-0000000"
CALLBACK_TOKEN = "demoCallbackToken"
ENCODING_AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CALLBACK_PATH = "/hooks/wecom/demo/"

PRESALES = "wkDEMOpresales000000000000000001"
SUPPORT = "wkDEMOsupport0000000000000000002"
GLOBAL = "wkDEMOglobal00000000000000000003"
ACCOUNTS = ((PRESALES, "售前咨询"), (SUPPORT, "售后服务"), (GLOBAL, "Global Support"))

# userid, name, accounts, options
SERVICERS = (
    ("zhangwei", "张伟", (PRESALES, SUPPORT), {}),
    ("liuyang", "刘洋", (PRESALES,), {}),
    ("chenjing", "陈静", (SUPPORT,), {}),
    ("olivia", "Olivia Brown", (GLOBAL, SUPPORT), {}),
    ("wangfang", "王芳", (PRESALES,), {"status": 1, "stop_type": 0}),
    ("zhaolei", "赵磊", (SUPPORT,), {"status": 1, "stop_type": 1}),
    ("newcomer", "孙新", (GLOBAL,), {"activated": False}),
)

# external_userid, nickname, gender (usual WeChat coding: 1 male, 2 female, 0 unknown)
CUSTOMERS = (
    ("wmDEMOxiaoming000000000000000001", "小明", 1),
    ("wmDEMOlili00000000000000000000002", "李丽", 2),
    ("wmDEMOawei00000000000000000000003", "阿伟🌊", 1),
    ("wmDEMOjames0000000000000000000004", "James Carter", 1),
    ("wmDEMOsofia0000000000000000000005", "Sofia", 2),
    ("wmDEMOlaowang000000000000000000006", "老王", 0),
)


def demo_world(callback_base: str = "") -> World:
    """One corp, three accounts, seven servicers, six customers. Nobody has written yet.

    Callbacks go to `callback_base` + CALLBACK_PATH; World.set_callback changes that later.
    """
    world = World()
    world.options.has_faces = True
    url = callback_base.rstrip("/") + CALLBACK_PATH if callback_base else ""
    world.add_corp(CORP_ID, SECRET, url, CALLBACK_TOKEN, ENCODING_AES_KEY)
    for open_kfid, name in ACCOUNTS:
        world.add_account(name, open_kfid)
    for userid, name, accounts, options in SERVICERS:
        for open_kfid in accounts:
            world.add_servicer(open_kfid, userid, name, **options)
    for external_userid, nickname, gender in CUSTOMERS:
        world.add_customer(nickname, external_userid, gender=gender)
    return world
