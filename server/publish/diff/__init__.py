"""Two datasets compared: what changed, in words for readers, and as a patch.

Upwards: `changes`, `things`, `aspects` (what is compared), `telling`, `decided`, `continued` and
`alignment`, `patch` (how), `comparison` (all of it); and `sentences`, `as_text`, `as_markdown`,
`as_page`, `as_json`, which write changes down and need no data.
"""
