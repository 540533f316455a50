"""The manners of HTTP that all sides share."""
