"""The published evidence: printed numbers, reconstruction of cohorts, audit rules."""
