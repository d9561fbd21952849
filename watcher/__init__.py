"""A media-monitoring feed watcher: feeds in, explained matches out."""
