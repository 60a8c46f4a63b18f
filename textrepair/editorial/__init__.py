"""Many files of a team, checked and mended: found, read by their settings, judged, cached, compared, walked through."""
