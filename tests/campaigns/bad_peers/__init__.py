"""Peers that stall, lie, flood and vanish, at every call of the transports: each ends in time, in bounds, in words."""
