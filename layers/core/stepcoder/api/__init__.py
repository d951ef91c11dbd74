"""What every API function shares: routing, reading requests, authentication, answers. No endpoint here."""
