"""What a badge looks like: its picture, and the certificate as PDF."""
