"""From files to counts: open, check, derive, count. The only layer that sees rows."""
