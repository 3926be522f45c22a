"""Queries: `pages/` for our own pages, `library/` for users, `checks/` that must find nothing."""
