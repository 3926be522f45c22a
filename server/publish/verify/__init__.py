"""Whether a release is what it says, whoever made it.

Upwards: `flaws`, `course`, `sums`, `opened`, then a module for each group of checks, then `checks`
(all of them), `child` and `apart` (in a process of its own). `archive`, `web` and `place` find the
release.
"""
