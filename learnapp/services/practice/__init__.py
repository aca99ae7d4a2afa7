"""Use cases of practice: free practice, the notebook, remediation."""
