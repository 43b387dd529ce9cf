"""Measurement: arrays in, frozen results out; numpy and scipy only, usable from a notebook.

Shapes are written with one alphabet: n persons, k items, q nodes, f papers. Ability ``theta`` is in logits of the
reference population, which is standard normal; slopes carry no factor of 1.7.
"""
