"""The practice pool 练习题库: items that two persons made public, and the sets in which anybody answers them."""
