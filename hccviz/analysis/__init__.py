"""One question, one answer: a cohort and a view → a result record.

The pages, the command line and the exports all ask here, so they cannot disagree.
"""
