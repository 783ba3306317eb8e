"""The other side of staffService (全媒体): an app whose customers chat on a web page.

It calls the console's door and takes what agents answer, as strictly as is known of the protocol.
"""
