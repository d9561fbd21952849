"""Bytes to items, in a killable process; the only door to feedparser."""
