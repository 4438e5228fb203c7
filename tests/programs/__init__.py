"""Programs as courses and papers write them: torch's lines after changing the imports."""
