"""Spinning: turns clean text into spun text with a known alignment, to make training and test data.

Nothing here is imported when an article is repaired.
"""
