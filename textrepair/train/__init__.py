"""Training, export and everything else that needs torch.  Nothing here is imported when an article is repaired."""
