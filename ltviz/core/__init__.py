"""The words that everything else speaks: errors, checks, class counts, parameters, files."""
