"""What comes in a package: archives opened safely, pictures looked through, our own stamp."""
