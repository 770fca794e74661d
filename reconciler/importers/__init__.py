"""Other people's inventories become Site documents; what they get wrong is reported, never repaired in silence."""
