"""The tests: unit/ mirrors the rooms, integration/ runs the real client against the sandbox."""
