"""The demonstration 示范: the main job from pilot to certificate, on real parts, with simulated people.

Every stage looks at what is there and keeps it, so that a run after an interrupted one goes on where that one stopped.
"""
