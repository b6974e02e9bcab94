"""Audit of printed numbers: each rule is a small function with its mathematical reason.

A claim is a row of printed numbers (:mod:`claims`), a rule judges it (:mod:`rules` lists them), a
finding says what came out (:mod:`records`). ``run`` audits a study or a table of one's own.
"""
