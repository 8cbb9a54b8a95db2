"""Files: how they are written, and how a network's weights are kept in one."""
