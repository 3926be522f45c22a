"""What a release says of itself: to catalogues, to search engines, to programs and to people.

Upwards: `statements`, `about`, `titles` (words of all), then a module for each description, then
`reading`, `claims`, `entry` and `catalogue`, which read descriptions back.
"""
