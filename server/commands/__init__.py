"""The commands of `ari`, a module each: what is asked for, what is told, which exit code."""
