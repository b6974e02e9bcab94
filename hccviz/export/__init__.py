"""Record → JSON, CSV. The same records that the screen shows."""
