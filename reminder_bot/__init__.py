"""The application: Discord on one side, the store on the other."""
