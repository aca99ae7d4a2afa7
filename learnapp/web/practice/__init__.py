"""Pages of practice: free practice, the notebook, remediation."""
