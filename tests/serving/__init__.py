"""Tests of the server itself: real processes, real sockets."""
