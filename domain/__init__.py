"""Facts and rules. Imports the standard library and the framework's domain module, nothing else."""
