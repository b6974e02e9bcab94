"""A simulated multi-centre registry with known hazard ratios, for demonstrations and tests."""
