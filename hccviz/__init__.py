"""hccviz: survival, response, toxicity and dose of liver-cancer cohorts, without programming.

Research and education software. Not a medical device.
"""

__version__ = "0.1.0"
