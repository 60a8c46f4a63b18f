"""The development benchmark: how much of spun text comes back, and how little of clean text is touched."""
