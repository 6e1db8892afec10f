"""Static pages: explorers whose sliders need no kernel, the figures, and a front page; nothing asks the network."""

from ltviz.site.build import NAMES, Report, write_site

__all__ = ["NAMES", "Report", "write_site"]
