"""Practical tasks 技能操作试题: written as versions, approved by another person, shown as they will be printed."""
