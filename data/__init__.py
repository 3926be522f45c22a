"""The sources: texts as published, tables of facts, their licences."""
