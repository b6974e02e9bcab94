"""Stage a of the reconstruction: joint covariates solved exactly. Needs OR-Tools, build time only.

Each module takes the survival core of a study (who died when, and the covariates that the printed
survival statistics depend on) and adds every other printed column, so that all margins,
cross-tables and grade counts hold at once.
"""
