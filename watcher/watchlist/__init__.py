"""Watchlists: YAML files of topics, actors and concepts."""
