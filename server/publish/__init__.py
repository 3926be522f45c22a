"""From a build to a release that others can check: dumps, catalogue, sums, changes."""
