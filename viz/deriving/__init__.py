"""The chain rule of one computation, written as a student would hand it in."""
