"""The other side of the wire: a WeCom (Kf API) server as strict as the real one.

Serves the demo and the tests over real HTTP. Imports nothing of the product but the crypto of
its WeCom backend, and needs no Django settings. Facts: protocol/wecom_kf.md (cited as "protocol").
"""
