"""The readers: text of one language in, a `Configuration` out. They never meet."""
