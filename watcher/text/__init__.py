"""What a word is, and what it equals; needs no query and no topic."""
