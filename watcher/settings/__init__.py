"""`watcher.toml` and environment → values; every mistake with its place."""

from watcher.settings.model import Settings
from watcher.settings.read import load_settings, read_settings
from watcher.settings.secret import Channel, FeedSettings

__all__ = ["Channel", "FeedSettings", "Settings", "load_settings", "read_settings"]
