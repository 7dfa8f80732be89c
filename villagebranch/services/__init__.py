"""Use-cases: they take a connection or an act, and never open one."""
