"""Builds everything from the settings (their only reader); what doors call."""

from watcher.app.core import App

__all__ = ["App"]
