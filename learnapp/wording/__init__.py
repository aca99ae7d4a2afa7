"""What is said to people, in both languages, without a request: pages, reports, notices, an API."""
