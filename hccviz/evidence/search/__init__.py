"""Stage b of the reconstruction: event times and their patients, by simulated annealing.

Needs numba (build time only). The result is frozen as ``data/published/<cohort>_core.csv``.
"""
