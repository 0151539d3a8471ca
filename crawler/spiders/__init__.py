"""The spiders.

The map:

    live       fetches policies as they are now
    archive    asks a web archive, at the pace it allows
"""
