"""One conditional GET inside all bounds; the only HTTP towards feeds."""
