"""The operators and their derivatives: tables by family."""
