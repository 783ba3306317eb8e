"""A Tencent Cloud Desk as strict as the real one is known to be.

Serves the demo and the tests over real HTTP, as the simulated WeCom beside it does. Facts:
protocol/desk_and_staffservice.md, part B (cited as "protocol"). What it leaves open is a switch in
options.py.
"""
