"""Random legacy files against the model, many of them."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.legacy_model import FILES, File
from tests.legacy_property import check_files


@pytest.mark.slow
@settings(max_examples=600, suppress_health_check=list(HealthCheck))
@given(FILES)
def test_many_random_files_come_to_what_the_model_says(files: list[File]) -> None:
    check_files(files)
