"""What feedparser reads when it is hastened, against what it reads alone.

`WATCHER_FEED_FILES` may name a folder of more feed files to compare on.
"""

import subprocess
import sys

from tests.test_parse_cut import FILES

READ = """
import io, json, sys
from watcher.parse import quick
if sys.argv[1] == "alone":
    quick.hasten = lambda: None
import watcher.parse.feed
import feedparser
for path in sys.argv[2:]:
    body = io.BytesIO(open(path, "rb").read())
    try:
        read = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:
        read = repr(error)
    print(json.dumps(read, default=str, sort_keys=True))
"""


def read(how: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", READ, how, *map(str, FILES)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_nothing_that_it_reads_changes() -> None:
    hastened = read("hastened")
    assert len(hastened) == len(FILES)
    assert hastened == read("alone")
