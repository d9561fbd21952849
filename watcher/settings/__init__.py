"""`watcher.toml` and environment → values; every mistake with its place."""

from watcher.settings.model import Settings
from watcher.settings.read import load_settings, read_settings

__all__ = ["Settings", "load_settings", "read_settings"]
