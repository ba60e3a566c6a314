"""What identity resolution needs beside SQL: normal forms, components, and why two are one."""
