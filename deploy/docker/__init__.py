"""What runs inside the containers, besides the service itself. Standard library only."""
