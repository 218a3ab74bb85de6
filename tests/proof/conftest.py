"""The same scenes as the integration tests."""

from tests.integration.conftest import scene, unstarted

__all__ = ["scene", "unstarted"]
