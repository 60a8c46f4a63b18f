"""textrepair and what people would use instead, measured on the same articles (`make bench-peers`)."""
