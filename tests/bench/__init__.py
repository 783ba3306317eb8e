"""`make bench`: the figures of docs/benchmarks.md, each beside a baseline from the same run.

One file per figure; `measure(bench)` of each gives the lines of the table. Absolute figures belong to
the machine, ratios to the program: ours and its baseline take turns, and medians are compared.
"""
