"""Connections to file servers (FTP, FTPS, SFTP), which sources and destinations share. What is read or stored through
them, and what a failure means to a customer, is decided there."""
