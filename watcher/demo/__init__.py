"""A loopback newsroom that tells the seed story; the real daemon watches it."""

from watcher.demo.performance import play

__all__ = ["play"]
