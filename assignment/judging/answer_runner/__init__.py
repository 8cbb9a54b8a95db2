"""The runner is the process in which a submission's code runs. It is copied beside the project that it runs."""
