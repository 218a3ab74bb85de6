"""What the figures are measured against, each as small as it can be."""
