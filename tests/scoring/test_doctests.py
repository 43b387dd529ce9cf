"""Every example in the documentation of scoring runs."""

import doctest
import importlib
import pkgutil

import pytest

import kaoping.scoring

MODULES = [found.name for found in pkgutil.walk_packages(kaoping.scoring.__path__, "kaoping.scoring.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    module = importlib.import_module(name)

    assert doctest.testmod(module).failed == 0
