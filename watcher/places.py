"""Where the program's own files lie: catalogues and watchlists that come with it."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(name: str, *, package: Path = PACKAGE) -> Path:
    """Find a folder that comes with the program: in the wheel, else in the clone."""
    packed = package / "shipped" / name
    return packed if packed.is_dir() else package.parent / name
