"""What puts images on nodes, one folder for each service."""
