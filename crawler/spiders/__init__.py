"""The spiders.

The map:

    live    fetches policies as they are now
"""
