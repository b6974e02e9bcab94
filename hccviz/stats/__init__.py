"""Event tables and counts to estimates: arrays in, frozen records out, nothing drawn."""
