"""What a wheel holds of the lessons: the students' copies, without solutions."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StudentLessons(BuildHookInterface):
    """Puts them where the installed package looks for its lessons."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the copies, and name them to the build; an editable install reads the checkout's own."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from ltviz.course.student import student_text
        finally:
            sys.path.remove(str(root))
        self.copies = tempfile.TemporaryDirectory()
        for lesson in sorted(root.glob("notebooks/*.ipynb")):
            own = Path(self.copies.name, lesson.name)
            own.write_text(student_text(lesson.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
            build_data["force_include"][str(own)] = f"ltviz/_shipped/notebooks/{lesson.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the copies."""
        if version != "editable":
            self.copies.cleanup()
