"""What is timed: ordinary torch programs, which get ``torch, nn, F, optim`` of either library.

A program makes what need not be timed and returns the step that is; a step returns its loss, or
several tensors, by which the numbers of both libraries are compared.
"""
