"""Plan and answers → response. Pure, but for `drive.py`, which alone awaits."""
