"""Sweeps: a plan names runs in an order of value, an engine goes through them, and records are all that counts.

`plan` reads what is wanted, `work` does one sitting of it, `driver` goes through all; `local`, `dask` and `slurm` are
the engines.
"""
