"""Providers of sign-in that tests speak to: an OpenID provider, a directory, messages like WeCom's."""
