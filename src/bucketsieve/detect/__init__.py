"""Detection: bytes in, masked findings out. Knows nothing of AWS, SQL or logging."""
